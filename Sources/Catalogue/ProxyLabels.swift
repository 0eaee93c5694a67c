public import Telemetry

/// How a stream start ended.
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
    /// The proxy is shutting down.
    case shutdown = "completed"
}

/// Why a viewer was disconnected by the proxy.
public enum EvictionReason: String, LabelValue {
    public static let labelName = "reason"
    /// It took no byte for the stall timeout although data waited for it.
    case stalled
}

/// What became of a request for an engine.
public enum LeaseOutcome: String, LabelValue {
    public static let labelName = "outcome"
    case granted
    /// The orchestrator has no engine for us now.
    case refused
    /// The orchestrator did not answer, or not with a lease.
    case failed
    /// The static engine was used instead.
    case fallback
}

/// What became of an event for the orchestrator.
public enum EventOutcome: String, LabelValue {
    public static let labelName = "outcome"
    case sent
    case retried
    case dropped
}

/// A request to one of the proxy's routes.
public struct RouteLabels: LabelSet {
    public static var labelNames: [String] { ["route", "method", "code"] }
    public var labelValues: [String] { [route, method, code] }
    let route: String
    let method: String
    let code: String

    /// - Parameters:
    ///   - route: the template, never the request's own path.
    ///   - method: one of the methods the server knows, else `other`.
    public init(route: String, method: String, code: Int) {
        self.route = route
        self.method = method
        self.code = String(code)
    }
}

/// A request to one of the proxy's routes, without its outcome.
public struct RouteDurationLabels: LabelSet {
    public static var labelNames: [String] { ["route", "method"] }
    public var labelValues: [String] { [route, method] }
    let route: String
    let method: String

    public init(route: String, method: String) {
        self.route = route
        self.method = method
    }
}
