public import Telemetry

/// What is fetched from an engine that delivers HLS.
public enum HLSResource: String, LabelValue {
    public static let labelName = "resource"
    case playlist
    /// A segment, a key or an initialization section.
    case segment
}
