public import Telemetry

/// Why an attempt to create an engine was repeated.
public enum ProvisionRetryReason: String, LabelValue {
    public static let labelName = "reason"
    /// The provider could not, or did not say what came of it.
    case uncertain
    /// An earlier attempt seems to have succeeded after all.
    case nameInUse = "name_in_use"
}
