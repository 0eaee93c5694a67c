public import Telemetry

/// How a call of the proxy to the orchestrator ended.
public enum OrchestratorCallOutcome: String, LabelValue {
    public static let labelName = "outcome"
    /// Status below 400.
    case ok
    /// Status 400 to 499.
    case refused
    /// Status 500 and above: for a lease also that no engine is free.
    case unavailable
    /// No answer in time.
    case timeout
    /// No connection, or it broke.
    case connection
    /// The answer is not HTTP, or too long.
    case malformedAnswer = "malformed_answer"
    /// Nobody wanted the answer any more.
    case cancelled
}
