public import Telemetry

/// Why a session looked for another engine.
public enum FailoverReason: String, LabelValue {
    public static let labelName = "reason"
    /// The connection broke, or the engine closed a live stream.
    case connection
    /// No byte came for the failover stall timeout.
    case stalled
}
