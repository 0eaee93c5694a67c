public import Telemetry

/// Which API created an engine.
public enum ProvisionKind: String, LabelValue {
    public static let labelName = "kind"
    case acestream, generic
}
