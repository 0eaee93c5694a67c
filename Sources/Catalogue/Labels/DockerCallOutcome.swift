public import Telemetry

/// How a request to the Docker Engine API ended.
public enum DockerCallOutcome: String, LabelValue {
    public static let labelName = "outcome"
    case ok
    case notFound = "not_found"
    /// A name that is in use, or a state that does not allow it.
    case conflict
    /// The request itself was wrong, or is not allowed.
    case refused
    /// The daemon could not: a taken port, a full disk, a fault of its own.
    case failed
    /// No connection, or one that broke.
    case unreachable
    /// An answer that is no HTTP or no JSON, or is too large.
    case brokenAnswer = "broken_answer"
    /// No answer in time.
    case timeout
    /// Given up by the caller.
    case cancelled
}
