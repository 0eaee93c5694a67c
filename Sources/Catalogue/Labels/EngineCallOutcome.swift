public import Telemetry

/// How a call of the proxy to an engine ended.
public enum EngineCallOutcome: String, LabelValue {
    public static let labelName = "outcome"
    case ok
    /// The engine cannot load this content.
    case deadContent = "dead_content"
    /// The engine answered with another error.
    case refused
    /// No answer in time.
    case timeout
    /// No connection, or it broke.
    case connection
    /// The answer is not what the engine's API promises.
    case malformedAnswer = "malformed_answer"
    /// Nobody wanted the answer any more.
    case cancelled
}
