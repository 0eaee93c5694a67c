public import Telemetry

/// How a stream start ended: counted by the proxy, and as reported by the orchestrator.
public enum StartOutcome: String, LabelValue {
    public static let labelName = "outcome"
    /// The first byte came.
    case ok
    /// The engine says it cannot load this content: no fault of the service.
    case deadContent = "dead_content"
    /// The engine refused, broke off or answered nonsense.
    case engineError = "engine_error"
    /// No engine could be had within the time allowed.
    case noEngine = "no_engine"
    /// The engine accepted but sent nothing within the time allowed.
    case timeout
    /// Every player left before the first byte.
    case cancelled
}
