public import Telemetry

/// Where an HLS session's segments come from.
public enum HLSSource: String, LabelValue {
    public static let labelName = "source"
    /// An engine that delivers HLS.
    case engine
    /// A transport stream that the proxy cuts.
    case stream
}
