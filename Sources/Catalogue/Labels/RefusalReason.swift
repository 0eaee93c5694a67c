public import Telemetry

/// Why a server closed a connection without serving its request.
public enum RefusalReason: String, LabelValue {
    public static let labelName = "reason"
    /// As many connections as allowed were open.
    case connectionLimit = "connection_limit"
    /// No complete request head came in time.
    case headerTimeout = "header_timeout"
    /// The request breaks the rules of HTTP/1.1.
    case badRequest = "bad_request"
    /// The client took nothing of its answer for too long.
    case stalled
}
