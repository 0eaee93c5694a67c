public import Telemetry

/// A request to one of the orchestrator's routes.
public struct EndpointStatusLabels: LabelSet {
    public static var labelNames: [String] { ["endpoint", "method", "status"] }
    public var labelValues: [String] { [endpoint, method, status] }
    let endpoint: String
    let method: String
    let status: String

    /// - Parameter endpoint: the route's template (`/streams/{id}`), never the request's own path.
    public init(endpoint: String, method: String, status: Int) {
        self.endpoint = endpoint
        self.method = method
        self.status = String(status)
    }
}

/// A request to one of the orchestrator's routes, without its outcome.
public struct EndpointLabels: LabelSet {
    public static var labelNames: [String] { ["endpoint", "method"] }
    public var labelValues: [String] { [endpoint, method] }
    let endpoint: String
    let method: String

    public init(endpoint: String, method: String) {
        self.endpoint = endpoint
        self.method = method
    }
}

/// What the last health checks say of an engine.
public enum HealthStatus: String, LabelValue {
    public static let labelName = "health_status"
    case healthy, unhealthy, unknown
}

/// Which API created an engine.
public enum ProvisionKind: String, LabelValue {
    public static let labelName = "kind"
    case acestream, generic
}

/// Whether an engine was ready in time.
public enum ProvisionSuccess: String, LabelValue {
    public static let labelName = "success"
    case yes = "true"
    case no = "false"
}

/// The circuit breakers and their states.
public struct CircuitLabels: LabelSet {
    public enum Breaker: String, CaseIterable, Sendable {
        /// Guards the creation of engines.
        case general
        /// Guards the replacement of unhealthy ones.
        case replacement
    }

    public enum State: String, CaseIterable, Sendable {
        case closed, open
        case halfOpen = "half_open"
    }

    public static var labelNames: [String] { ["breaker", "state"] }
    public var labelValues: [String] { [breaker.rawValue, state.rawValue] }
    let breaker: Breaker
    let state: State

    public init(_ breaker: Breaker, _ state: State) {
        self.breaker = breaker
        self.state = state
    }

    public static let all = Breaker.allCases.flatMap { breaker in State.allCases.map { Self(breaker, $0) } }
}

/// A call that failed.
public struct CommunicationErrorLabels: LabelSet {
    public enum Source: String, CaseIterable, Sendable {
        case engine, provider, proxy
    }

    public enum ErrorType: String, CaseIterable, Sendable {
        case timeout, connection, `protocol`, refused
    }

    public static var labelNames: [String] { ["source", "error_type"] }
    public var labelValues: [String] { [source.rawValue, errorType.rawValue] }
    let source: Source
    let errorType: ErrorType

    public init(_ source: Source, _ errorType: ErrorType) {
        self.source = source
        self.errorType = errorType
    }

    public static let all = Source.allCases.flatMap { source in ErrorType.allCases.map { Self(source, $0) } }
}

/// What became of a proxy's request for an engine.
public enum GrantOutcome: String, LabelValue {
    public static let labelName = "outcome"
    /// An engine was free at once.
    case granted
    /// An engine became free while the request waited.
    case grantedAfterWait = "granted_after_wait"
    /// None became free in time.
    case unavailable
    /// The proxy left before it was served.
    case cancelled
    /// The lease ended without a stream and was not given back.
    case expired
}

/// Where a scaling decision points.
public enum ScalingDirection: String, LabelValue {
    public static let labelName = "direction"
    case up, down, hold
}

/// The result of one health check.
public enum HealthCheckResult: String, LabelValue {
    public static let labelName = "result"
    case success, failure, timeout
}

/// State of the alerts in a notification.
public enum NotificationStatus: String, LabelValue {
    public static let labelName = "status"
    case firing, resolved
}

/// A start as the orchestrator saw it, the numerator and denominator of the start objective.
public enum StartEventOutcome: String, LabelValue {
    public static let labelName = "outcome"
    case ok
    case deadContent = "dead_content"
    case engineError = "engine_error"
    case noEngine = "no_engine"
    case timeout
    case cancelled
}
