public import Telemetry

/// Which limit a request was refused for; also the `code` of the answer.
public enum LimitReason: String, LabelValue {
    public static let labelName = "reason"
    /// As many connections as allowed are open.
    case connections = "connection_limit"
    /// As many connections as allowed to one client are open.
    case clientConnections = "client_connection_limit"
    /// As many sessions as allowed run.
    case sessions = "session_limit"
    /// As many sessions as allowed to one client, started by it, run.
    case clientSessions = "client_session_limit"
    /// As many viewers as allowed watch the session.
    case viewers = "viewer_limit"
    /// The rings have as much memory as they may.
    case memory = "memory_limit"
    /// The descriptors left are reserved.
    case descriptors = "descriptor_limit"
}
