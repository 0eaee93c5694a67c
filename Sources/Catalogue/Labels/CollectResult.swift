public import Telemetry

/// How a question for the statistics of a stream ended.
public enum CollectResult: String, LabelValue {
    public static let labelName = "result"
    case success
    case timeout
    case failure
    /// The engine does not have the session.
    case unknownSession = "unknown_session"
    /// Its URL has not the form that engines give it, or its engine is none of the fleet: nothing was asked.
    case skipped
}
