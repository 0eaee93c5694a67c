public import Fleet
public import Logging

/// Everything weir-proxy can be told, as immutable values.
public struct ProxySettings: Sendable, Hashable {
    public var listen: ListenAddress
    /// The engine to use without an orchestrator, and while it is down.
    public var staticEngine: EngineEndpoint
    public var orchestratorURL: String?
    public var orchestratorAPIKey: String?
    public var orchestratorTimeout: Duration
    /// How long a start may take until its first byte.
    public var noResponseTimeout: Duration
    /// How long a running stream may be silent before it counts as empty.
    public var emptyTimeout: Duration
    /// How long a session whose engine is lost may look for another one; zero: it ends at once.
    public var failoverTimeout: Duration
    /// How long a running stream may be silent before its session looks for another engine.
    public var failoverStallTimeout: Duration
    /// How long a viewer may take nothing, while data waits for it, before it is disconnected.
    public var viewerStallTimeout: Duration
    /// How long a session without viewers is kept.
    public var gracePeriod: Duration
    /// Upper bound of a session's ring, in bytes.
    public var ringBytes: Int
    /// Sent with each event, so that the orchestrator knows the sender.
    public var containerID: String?
    /// Where metrics are sent; nil: nowhere.
    public var remoteWrite: RemoteWriteSettings?
    /// Whether `/metrics` also serves names of earlier implementations.
    public var servesLegacyMetricNames: Bool
    public var logLevel: Logger.Level
    public var logFormat: LogFormat
    /// Every value with its source.
    public var effective: [EffectiveSetting]

    /// Reads the settings.
    ///
    /// | variable | type | default |
    /// |---|---|---|
    /// | `ACEXY_LISTEN_ADDR`, `ACEXY_ADDR` | host:port | `:8080` |
    /// | `ACEXY_HOST`, `ACEXY_PORT` | the static engine | `localhost`, 6878 |
    /// | `ACEXY_ORCH_URL` | http URL | none: only the static engine is used |
    /// | `ACEXY_ORCH_APIKEY` | text | none |
    /// | `ACEXY_ORCH_TIMEOUT` | time, at least 1 s | 3s |
    /// | `ACEXY_NO_RESPONSE_TIMEOUT` | time | 10s |
    /// | `ACEXY_EMPTY_TIMEOUT` | time | 1m |
    /// | `ACEXY_FAILOVER_TIMEOUT` | time; 0: off | 10s |
    /// | `ACEXY_FAILOVER_STALL_TIMEOUT` | time; without effect from `ACEXY_EMPTY_TIMEOUT` on | 5s |
    /// | `ACEXY_VIEWER_STALL_TIMEOUT` | time | 30s |
    /// | `ACEXY_STREAM_GRACE_PERIOD` | time | 0s |
    /// | `ACEXY_BUFFER_SIZE`, `ACEXY_BUFFER` | bytes, 256 KiB to 1 GiB | 4MiB |
    /// | `ACEXY_CONTAINER_ID` | text | none |
    /// | `REMOTE_WRITE_…` | see ``RemoteWriteSettings`` | |
    /// | `METRICS_LEGACY_NAMES` | true or false: serve earlier metric names too | false |
    /// | `ACEXY_LOG_LEVEL` | trace, debug, info, warn, error | info |
    /// | `ACEXY_LOG_FORMAT`, `LOG_FORMAT` | text, json | text |
    ///
    /// - Throws: ``SettingsError`` with every problem.
    public init(environment: [String: String]) throws(SettingsError) {
        var reader = SettingsReader(environment: environment)
        listen = reader.parsed(
            "ACEXY_LISTEN_ADDR", "ACEXY_ADDR", default: ListenAddress(host: "", port: 8080),
            allowed: "host:port, :port or [v6 address]:port", parse: ListenAddress.init)
        staticEngine = EngineEndpoint(
            host: reader.string("ACEXY_HOST", default: "localhost"),
            port: reader.int("ACEXY_PORT", default: 6878, in: 1...65535))
        let orchestrator: String = reader.parsed(
            "ACEXY_ORCH_URL", default: "", allowed: "an http:// or https:// URL", parse: Self.baseURL)
        orchestratorURL = orchestrator.isEmpty ? nil : orchestrator
        orchestratorAPIKey = reader.optionalString("ACEXY_ORCH_APIKEY", secret: true)
        orchestratorTimeout = reader.duration(
            "ACEXY_ORCH_TIMEOUT", default: .seconds(3), in: .seconds(1)...(.seconds(300)))
        noResponseTimeout = reader.duration(
            "ACEXY_NO_RESPONSE_TIMEOUT", default: .seconds(10), in: .milliseconds(100)...(.seconds(600)))
        emptyTimeout = reader.duration(
            "ACEXY_EMPTY_TIMEOUT", default: .seconds(60), in: .milliseconds(100)...(.seconds(3600)))
        failoverTimeout = reader.duration(
            "ACEXY_FAILOVER_TIMEOUT", default: .seconds(10), in: .zero...(.seconds(600)))
        failoverStallTimeout = reader.duration(
            "ACEXY_FAILOVER_STALL_TIMEOUT", default: .seconds(5), in: .milliseconds(100)...(.seconds(3600)))
        viewerStallTimeout = reader.duration(
            "ACEXY_VIEWER_STALL_TIMEOUT", default: .seconds(30), in: .seconds(1)...(.seconds(3600)))
        gracePeriod = reader.duration(
            "ACEXY_STREAM_GRACE_PERIOD", default: .zero, in: .zero...(.seconds(3600)))
        ringBytes = reader.bytes(
            "ACEXY_BUFFER_SIZE", "ACEXY_BUFFER", default: 4 << 20, in: (256 << 10)...(1 << 30))
        containerID = reader.optionalString("ACEXY_CONTAINER_ID")
        remoteWrite = RemoteWriteSettings(reader: &reader)
        servesLegacyMetricNames = reader.bool("METRICS_LEGACY_NAMES", default: false)
        logLevel = reader.parsed(
            "ACEXY_LOG_LEVEL", default: .info, allowed: "TRACE, DEBUG, INFO, WARN or ERROR", parse: LogLevel.parse)
        logFormat = reader.parsed(
            "ACEXY_LOG_FORMAT", "LOG_FORMAT", default: .text, allowed: "text or json", parse: LogFormat.parse)
        effective = reader.effective
        try reader.finish()
    }

    /// The URL without a slash at its end.
    private static func baseURL(_ text: String) -> String? {
        guard text.hasPrefix("http://") || text.hasPrefix("https://") else { return nil }
        var text = text
        while text.hasSuffix("/") { text.removeLast() }
        return text.count > 8 ? text : nil
    }
}
