public import Telemetry

/// What became of a request for an engine.
public enum LeaseOutcome: String, LabelValue {
    public static let labelName = "outcome"
    case granted
    /// The orchestrator has no engine for us now.
    case refused
    /// The orchestrator did not answer, or not with a lease.
    case failed
    /// The proxy chose an engine itself: the orchestrator is gone, or has no leases.
    case chosen
    /// The static engine was used instead.
    case fallback
}
