public import Telemetry

/// Why an engine session ended.
public enum SessionEndReason: String, LabelValue {
    public static let labelName = "reason"
    /// The last viewer left.
    case clientDisconnected = "client_disconnected"
    /// The engine closed the stream.
    case eof
    /// No byte came for the empty timeout.
    case emptyTimeout = "empty_timeout"
    /// The connection to the engine broke.
    case networkError = "network_error"
    /// An operator has asked for it.
    case stopped
    /// The proxy is shutting down.
    case shutdown = "completed"
}
