public import Telemetry

/// What became of an event for the orchestrator.
public enum EventOutcome: String, LabelValue {
    public static let labelName = "outcome"
    case sent
    case retried
    case dropped
}
