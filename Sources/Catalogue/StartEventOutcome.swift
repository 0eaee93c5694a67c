public import Telemetry

/// A start as the orchestrator saw it, the numerator and denominator of the start objective.
public enum StartEventOutcome: String, LabelValue {
    public static let labelName = "outcome"
    case ok
    case deadContent = "dead_content"
    case engineError = "engine_error"
    case noEngine = "no_engine"
    case timeout
    case cancelled
}
