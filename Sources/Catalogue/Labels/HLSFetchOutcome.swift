public import Telemetry

/// How the fetch of a playlist or segment ended.
public enum HLSFetchOutcome: String, LabelValue {
    public static let labelName = "outcome"
    case ok
    /// The engine does not have it, or has it no more.
    case notFound = "not_found"
    /// The engine answered with another status, a redirect included.
    case refused
    /// No complete answer in time.
    case timeout
    /// No connection.
    case connection
    /// More bytes than allowed.
    case tooLarge = "too_large"
    /// An answer that broke off, or is something else.
    case malformedAnswer = "malformed_answer"
    /// Too many fetches were under way.
    case busy
}
