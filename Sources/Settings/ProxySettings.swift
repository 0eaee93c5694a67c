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
    /// How long the failure of a content's start is told to those who ask for it again; zero: not at all.
    public var deadContentLifetime: Duration
    /// How long a running stream may be silent before it counts as empty.
    public var emptyTimeout: Duration
    /// How long a session whose engine is lost may look for another one; zero: it ends at once.
    public var failoverTimeout: Duration
    /// How long a running stream may be silent before its session looks for another engine.
    public var failoverStallTimeout: Duration
    /// How long a viewer may take nothing, while data waits for it, before it is disconnected.
    public var viewerStallTimeout: Duration
    /// Bytes that must wait for it besides.
    public var viewerStallBytes: Int
    /// How much of a stream a new viewer is sent at once, at most; zero: from the newest random-access point on.
    public var joinBurst: Duration
    /// Whether null packets are left out of every stream.
    public var dropsNullPackets: Bool
    /// How long bytes wait for more, so that each viewer's socket is written less often.
    public var coalescingDelay: CoalescingDelay
    /// How long a session without viewers is kept.
    public var gracePeriod: Duration
    /// Upper bound of a session's ring, in bytes.
    public var ringBytes: Int
    /// Streams that an engine may carry where the orchestrator does not say.
    public var maxStreamsPerEngine: Int
    /// How old the list of engines may be.
    public var engineCacheLifetime: Duration
    /// Sent with each event, so that the orchestrator knows the sender.
    public var containerID: String?
    public var channels: ChannelSettings
    public var limits: LimitSettings
    public var operation: OperationSettings
    /// Where metrics are sent; nil: nowhere.
    public var remoteWrite: RemoteWriteSettings?
    /// Whether `/metrics` also serves names of earlier implementations.
    public var servesLegacyMetricNames: Bool
    public var logLevel: Logger.Level
    public var logFormat: LogFormat
    /// Every value with its source.
    public var effective: [EffectiveSetting]

    /// Whether `/ace/getstream` answers with an HLS playlist.
    public var prefersPlaylists: Bool
    /// How long neither playlist nor segment may be asked for before an HLS session ends.
    public var playlistTimeout: Duration
    /// Upper bound of the memory for segments that engines deliver, in bytes, all sessions together.
    public var segmentCacheBytes: Int
    /// What the operator should know about the values given, one sentence each: what changes nothing, what is
    /// dangerous.
    public var notices: [String]

    /// Reads the settings. A flag wins over every variable.
    ///
    /// | variable | flag | type | default |
    /// |---|---|---|---|
    /// | `ACEXY_LISTEN_ADDR`, `ACEXY_ADDR` | `-addr` | host:port | `:8080` |
    /// | `ACEXY_SCHEME` | `-scheme` | `http` | `http` |
    /// | `ACEXY_HOST` | `-acestream-host`, `-host` | the static engine's host | `localhost` |
    /// | `ACEXY_PORT` | `-acestream-port`, `-port` | and its port | 6878 |
    /// | `ACEXY_ORCH_URL` | | http URL | none: only the static engine is used |
    /// | `ACEXY_ORCH_APIKEY` | | text | none |
    /// | `ACEXY_ORCH_APIKEY_FILE` | | a file that holds it | none |
    /// | `ACEXY_ORCH_TIMEOUT` | | time, at least 1 s | 3s |
    /// | `ACEXY_NO_RESPONSE_TIMEOUT` | `-no-response-timeout`, `-noResponseTimeout` | time | 10s |
    /// | `ACEXY_DEAD_CONTENT_TTL` | | time, at most 10m; 0: off | 10s |
    /// | `ACEXY_EMPTY_TIMEOUT` | `-empty-timeout`, `-emptyTimeout` | time | 1m |
    /// | `ACEXY_FAILOVER_TIMEOUT` | | time; 0: off | 10s |
    /// | `ACEXY_FAILOVER_STALL_TIMEOUT` | | time; without effect from `ACEXY_EMPTY_TIMEOUT` on | 5s |
    /// | `ACEXY_VIEWER_STALL_TIMEOUT` | | time | 30s |
    /// | `ACEXY_VIEWER_STALL_BYTES` | | bytes up to 1 GiB | 1MiB |
    /// | `ACEXY_JOIN_BURST` | | time up to 60s | 0s |
    /// | `ACEXY_DROP_NULL_PACKETS` | | true or false | false |
    /// | `ACEXY_COALESCING_DELAY` | | `auto`, or a time of at most 1s | auto |
    /// | `ACEXY_STREAM_GRACE_PERIOD` | | time | 0s |
    /// | `ACEXY_BUFFER_SIZE`, `ACEXY_BUFFER` | `-buffer-size`, `-buffer` | bytes up to 1 GiB, 256 KiB at least | 4MiB |
    /// | `ACEXY_M3U8` | `-m3u8` | true or false | false |
    /// | `ACEXY_M3U8_STREAM_TIMEOUT`, `ACEXY_TIMEOUT` | `-m3u8-stream-timeout`, `-timeout` | time | 60s |
    /// | `ACEXY_HLS_CACHE_SIZE` | | bytes, 16 MiB to 64 GiB | 128MiB |
    /// | `ACEXY_MAX_STREAMS_PER_ENGINE` | `-maxStreamsPerEngine` | 1 to 1000; for an orchestrator without leases | 1 |
    /// | `ACEXY_ENGINE_CACHE_TTL_S` | | time, 0.1 s to 5 min, that the list of engines is used for | 2 |
    /// | `ACEXY_CONTAINER_ID` | | text | none |
    /// | `CHANNELS_FILE`, `PUBLIC_URL`, `HDHR_…` | | see ``ChannelSettings`` | |
    /// | `ACEXY_MAX_…`, `ACEXY_RESERVED_DESCRIPTORS` | | see ``LimitSettings`` | |
    /// | `ACEXY_API_KEY`, `ACEXY_TRUSTED_PROXIES`, `ACEXY_DRAIN_DELAY`, `ACEXY_ACCESS_LOG` | | see
    /// ``OperationSettings`` | |
    /// | `REMOTE_WRITE_…` | | see ``RemoteWriteSettings`` | |
    /// | `METRICS_LEGACY_NAMES` | | true or false: serve earlier metric names too | false |
    /// | `ACEXY_LOG_LEVEL` | | trace, debug, info, warn, error | info |
    /// | `ACEXY_LOG_FORMAT`, `LOG_FORMAT` | | text, json | text |
    /// | `DEBUG_MODE` | | true or false: the log level is debug where none is set | false |
    /// | `DEBUG_LOG_DIR` | | directory; nothing is written there | none |
    ///
    /// - Throws: ``SettingsError`` with every problem of the command line and the environment.
    public init(
        environment: [String: String], arguments: ProxyArguments = ProxyArguments()
    ) throws(SettingsError) {
        try self.init(sources: SettingsSources(environment: environment), arguments: arguments)
    }

    /// The same from an environment with files below it.
    public init(
        sources: SettingsSources, arguments: ProxyArguments = ProxyArguments()
    ) throws(SettingsError) {
        var reader = SettingsReader(sources: sources, overrides: arguments.values)
        arguments.problems.forEach { reader.reject($0) }
        listen = reader.parsed(
            "ACEXY_LISTEN_ADDR", "ACEXY_ADDR", default: ListenAddress(host: "", port: 8080),
            allowed: "host:port, :port or [v6 address]:port", parse: ListenAddress.init)
        _ = reader.parsed(
            "ACEXY_SCHEME", default: "http", allowed: "http: engines speak no other, and the stream's path is plain TCP"
        ) { $0.lowercased() == "http" ? "http" : nil }
        staticEngine = EngineEndpoint(
            host: reader.string("ACEXY_HOST", default: "localhost"),
            port: reader.int("ACEXY_PORT", default: 6878, in: 1...65535))
        let orchestrator: String = reader.parsed(
            "ACEXY_ORCH_URL", default: "", allowed: "an http:// or https:// URL", parse: Self.baseURL)
        orchestratorURL = orchestrator.isEmpty ? nil : orchestrator
        // What is wrong with it is on the reader's list already.
        orchestratorAPIKey = try? reader.secret("ACEXY_ORCH_APIKEY")?.current("ACEXY_ORCH_APIKEY")
        orchestratorTimeout = reader.duration(
            "ACEXY_ORCH_TIMEOUT", default: .seconds(3), in: .seconds(1)...(.seconds(300)))
        noResponseTimeout = reader.duration(
            "ACEXY_NO_RESPONSE_TIMEOUT", default: .seconds(10), in: .milliseconds(100)...(.seconds(600)))
        deadContentLifetime = reader.duration(
            "ACEXY_DEAD_CONTENT_TTL", default: .seconds(10), in: .zero...(.seconds(600)))
        emptyTimeout = reader.duration(
            "ACEXY_EMPTY_TIMEOUT", default: .seconds(60), in: .milliseconds(100)...(.seconds(3600)))
        failoverTimeout = reader.duration(
            "ACEXY_FAILOVER_TIMEOUT", default: .seconds(10), in: .zero...(.seconds(600)))
        failoverStallTimeout = reader.duration(
            "ACEXY_FAILOVER_STALL_TIMEOUT", default: .seconds(5), in: .milliseconds(100)...(.seconds(3600)))
        viewerStallTimeout = reader.duration(
            "ACEXY_VIEWER_STALL_TIMEOUT", default: .seconds(30), in: .seconds(1)...(.seconds(3600)))
        viewerStallBytes = reader.bytes("ACEXY_VIEWER_STALL_BYTES", default: 1 << 20, in: 0...(1 << 30))
        joinBurst = reader.duration("ACEXY_JOIN_BURST", default: .zero, in: .zero...(.seconds(60)))
        dropsNullPackets = reader.bool("ACEXY_DROP_NULL_PACKETS", default: false)
        coalescingDelay = reader.parsed(
            "ACEXY_COALESCING_DELAY", default: .automatic, allowed: "auto, or a time such as 20ms, at most 1s",
            parse: CoalescingDelay.parse)
        gracePeriod = reader.duration(
            "ACEXY_STREAM_GRACE_PERIOD", default: .zero, in: .zero...(.seconds(3600)))
        ringBytes = reader.parsed(
            "ACEXY_BUFFER_SIZE", "ACEXY_BUFFER", default: 4 << 20,
            allowed: "an amount of bytes such as 4MB or 4.2MiB, at most 1GiB", parse: Self.ringBytes)
        prefersPlaylists = reader.bool("ACEXY_M3U8", default: false)
        playlistTimeout = reader.duration(
            "ACEXY_M3U8_STREAM_TIMEOUT", "ACEXY_TIMEOUT", default: .seconds(60), in: .seconds(1)...(.seconds(3600)))
        segmentCacheBytes = reader.bytes("ACEXY_HLS_CACHE_SIZE", default: 128 << 20, in: 16 << 20...64 << 30)
        maxStreamsPerEngine = reader.int("ACEXY_MAX_STREAMS_PER_ENGINE", default: 1, in: 1...1000)
        engineCacheLifetime = reader.duration(
            "ACEXY_ENGINE_CACHE_TTL_S", default: .seconds(2), in: .milliseconds(100)...(.seconds(300)))
        containerID = reader.optionalString("ACEXY_CONTAINER_ID")
        channels = ChannelSettings(reader: &reader)
        limits = LimitSettings(reader: &reader)
        operation = OperationSettings(reader: &reader)
        remoteWrite = RemoteWriteSettings(reader: &reader)
        servesLegacyMetricNames = reader.bool("METRICS_LEGACY_NAMES", default: false)
        let isDebugging = reader.bool("DEBUG_MODE", default: false)
        _ = reader.optionalString("DEBUG_LOG_DIR")
        logLevel = reader.parsed(
            "ACEXY_LOG_LEVEL", default: isDebugging ? .debug : .info, allowed: "TRACE, DEBUG, INFO, WARN or ERROR",
            parse: LogLevel.parse)
        logFormat = reader.parsed(
            "ACEXY_LOG_FORMAT", "LOG_FORMAT", default: .text, allowed: "text or json", parse: LogFormat.parse)
        effective = reader.effective
        notices = SettingsAdvice.warnings(for: .proxy, effective: reader.effective, sources: sources)
        try reader.finish()
    }

    /// The ring never delays a byte, so that little memory is asked for without harm; below this it could not work.
    private static func ringBytes(_ text: String) -> Int? {
        ByteCountSyntax.parse(text).flatMap { $0 <= 1 << 30 ? max($0, 256 << 10) : nil }
    }

    /// The URL without a slash at its end.
    private static func baseURL(_ text: String) -> String? {
        guard text.hasPrefix("http://") || text.hasPrefix("https://") else { return nil }
        var text = text
        while text.hasSuffix("/") { text.removeLast() }
        return text.count > 8 ? text : nil
    }
}
