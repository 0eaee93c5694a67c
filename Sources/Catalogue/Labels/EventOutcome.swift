public import Telemetry

/// What became of an event for the orchestrator.
public enum EventOutcome: String, LabelValue {
    public static let labelName = "outcome"
    /// It was put into the queue.
    case queued
    /// The orchestrator has taken it.
    case sent
    /// A try failed; the event stays at the head of the queue.
    case retried
    /// The queue was full, or the orchestrator refused it.
    case dropped
}
