public import Telemetry

/// Whether an engine was ready in time.
public enum ProvisionSuccess: String, LabelValue {
    public static let labelName = "success"
    case yes = "true"
    case no = "false"
}
