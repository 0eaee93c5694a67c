public import Telemetry

/// Why a stream ended, as the orchestrator was told.
public enum StreamEndReason: String, LabelValue {
    public static let labelName = "reason"
    /// The last viewer left.
    case clientDisconnected = "client_disconnected"
    /// The engine closed the stream.
    case eof
    /// No byte came for too long.
    case emptyTimeout = "empty_timeout"
    /// The connection to the engine broke.
    case networkError = "network_error"
    /// An operator of the proxy has asked for it.
    case stopped
    /// The proxy shut down.
    case completed
    /// Its engine left the fleet.
    case engineLost = "engine_lost"
    /// Its proxy fell silent.
    case proxyLost = "proxy_lost"
    /// Its engine does not know the session any more.
    case stale
    /// An operator of the orchestrator has asked for it.
    case manualStop = "manual_stop_via_api"
    /// The same, with others.
    case batchStop = "batch_stop_via_api"
    /// A reason that is none of these.
    case other
}
