public import Telemetry

/// Why a viewer was disconnected by the proxy.
public enum EvictionReason: String, LabelValue {
    public static let labelName = "reason"
    /// It took no byte for the stall timeout although data waited for it.
    case stalled
    /// An operator has asked for it.
    case kicked
}
