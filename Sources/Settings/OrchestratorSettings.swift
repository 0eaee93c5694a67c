public import Logging

/// Everything weir-orchestrator can be told, as immutable values.
public struct OrchestratorSettings: Sendable, Hashable {
    public var listen: ListenAddress
    public var api: APISettings
    public var databaseURL: String
    /// Free engines to keep at least.
    public var minReplicas: Int
    /// Engines in total, at most.
    public var maxReplicas: Int
    public var maxStreamsPerEngine: Int
    public var engineProvider: String
    /// The command that starts an engine; nil means the simulated engine beside the running program.
    public var engineCommand: String?
    public var engineStateDirectory: String
    public var docker: DockerSettings
    public var swarm: SwarmSettings
    /// Between the end of one list of what runs and the next.
    public var monitorInterval: Duration
    public var portRange: ClosedRange<Int>
    /// `key=value` that every engine of this orchestrator carries.
    public var containerLabel: String
    public var autoscaleInterval: Duration
    public var engineGracePeriod: Duration
    public var healthCheckInterval: Duration
    public var healthCheckTimeout: Duration
    public var healthFailureThreshold: Int
    public var startupTimeout: Duration
    public var maxConcurrentProvisions: Int
    public var minProvisionInterval: Duration
    public var breakerFailureThreshold: Int
    public var breakerRecoveryTimeout: Duration
    public var replacementBreakerThreshold: Int
    public var replacementBreakerTimeout: Duration
    public var provisioning: ProvisioningSettings
    public var health: HealthSettings
    /// Nil when engines use no VPN.
    public var vpn: VPNSettings?
    public var leaseTimeToLive: Duration
    /// Silence after which a proxy that names itself counts as lost.
    public var proxyTimeToLive: Duration
    public var collector: CollectorSettings
    public var storage: StorageSettings
    public var leadership: LeadershipSettings
    /// Where metrics are sent; nil: nowhere.
    public var remoteWrite: RemoteWriteSettings?
    /// Whether `/metrics` also serves names of earlier implementations.
    public var servesLegacyMetricNames: Bool
    public var logLevel: Logger.Level
    public var logFormat: LogFormat
    /// Every value with its source.
    public var effective: [EffectiveSetting]
    /// What the operator should know about the values given, one sentence each: what changes nothing, what is
    /// dangerous.
    public var notices: [String]

    /// Reads the settings.
    ///
    /// | variable | type | default |
    /// |---|---|---|
    /// | `APP_HOST`, `APP_PORT` | address, port (0: any free one) | `127.0.0.1`, 8000 |
    /// | `API_…` and others | see ``APISettings`` | |
    /// | `DB_URL` | `sqlite:///path` | `sqlite:///./orchestrator.db` |
    /// | `MIN_REPLICAS`, `MIN_FREE_REPLICAS` | free engines, 0 to 1000 | 2 |
    /// | `MAX_REPLICAS`, `MAX_ACTIVE_REPLICAS` | engines, 1 to 1000; the smaller one where both are set | 20 |
    /// | `MAX_STREAMS_PER_ENGINE`, `ACEXY_MAX_STREAMS_PER_ENGINE` | 1 to 1000 | 1 |
    /// | `ENGINE_PROVIDER` | `process`, `docker`, `swarm` | `process` |
    /// | `ENGINE_COMMAND` | command line with `{port}` and `{name}` | the `weir-engine` beside this program |
    /// | `ENGINE_STATE_DIR` | directory | `./engines` |
    /// | `DOCKER_…`, `ENGINE_…` of containers | see ``DockerSettings`` | |
    /// | `SWARM_…` | see ``SwarmSettings`` | |
    /// | `MONITOR_INTERVAL_S` | time between two lists of what runs, 0.1 s to 1 h | `docker`: 10, else 1 |
    /// | `PORT_RANGE_HOST` | a-b | 19000-19999 |
    /// | `CONTAINER_LABEL` | key=value | `orchestrator.managed=acestream` |
    /// | `AUTOSCALE_INTERVAL_S` | time: a decision to hold is recorded at most that often | 30 |
    /// | `ENGINE_GRACE_PERIOD_S`, `IDLE_TTL_S` | time an engine must have been idle before it may go | 30 |
    /// | `HEALTH_CHECK_INTERVAL_S`, `HEALTH_CHECK_TIMEOUT_S` | time | 20, 5 |
    /// | `HEALTH_FAILURE_THRESHOLD` | failed probes in a row, 1 to 100 | 3 |
    /// | `STARTUP_TIMEOUT_S` | time | 25 |
    /// | `MAX_CONCURRENT_PROVISIONS` | 1 to 1000 | 5 |
    /// | `MIN_PROVISION_INTERVAL_S` | time | 0.5 |
    /// | `CIRCUIT_BREAKER_FAILURE_THRESHOLD`, `CIRCUIT_BREAKER_THRESHOLD` | 1 to 1000 | 5 |
    /// | `CIRCUIT_BREAKER_RECOVERY_TIMEOUT_S`, `CIRCUIT_BREAKER_TIMEOUT_S` | time | 300 |
    /// | `CIRCUIT_BREAKER_REPLACEMENT_THRESHOLD` | 1 to 1000 | 3 |
    /// | `CIRCUIT_BREAKER_REPLACEMENT_TIMEOUT_S` | time | 180 |
    /// | `PROVISION_…`, `MAX_RETRIES`, `RETRY_BACKOFF_S`, `AUTO_DELETE` | see ``ProvisioningSettings`` | |
    /// | `HEALTH_…`, `ENGINE_EJECTION_…` | see ``HealthSettings`` | |
    /// | `GLUETUN_…`, `VPN_…`, `PREFERRED_ENGINES_PER_VPN` | see ``VPNSettings`` | |
    /// | `LEASE_TTL_S` | time until an unused lease ends | 30 |
    /// | `PROXY_TTL_S` | time of silence, 2 s to 1 h, after which a proxy's streams end | 30 |
    /// | `COLLECT_…`, `STATS_HISTORY_MAX`, `STREAM_LOOP_…` | see ``CollectorSettings`` | |
    /// | `EVENT_LOG_…`, `DECISIONS_…`, `ENDED_STREAMS_…`, `STATS_RETENTION_DAYS` | see ``StorageSettings`` | |
    /// | `BACKUP_…`, `DB_MAINTENANCE_INTERVAL_S` | see ``StorageSettings`` | |
    /// | `STANDBY`, `LEADER_LEASE_S` | see ``LeadershipSettings`` | |
    /// | `REMOTE_WRITE_…` | see ``RemoteWriteSettings`` | |
    /// | `METRICS_LEGACY_NAMES` | true or false: serve earlier metric names too | false |
    /// | `LOG_LEVEL` | trace, debug, info, warn, error | info |
    /// | `DEBUG_MODE` | true or false: log level `debug` where `LOG_LEVEL` is not set | false |
    /// | `LOG_FORMAT` | text, json | text |
    ///
    /// - Throws: ``SettingsError`` with every problem.
    public init(environment: [String: String]) throws(SettingsError) {
        try self.init(sources: SettingsSources(environment: environment))
    }

    /// The same from an environment with files below it.
    public init(sources: SettingsSources) throws(SettingsError) {
        var reader = SettingsReader(sources: sources)
        let second = Duration.seconds(1)
        let day = Duration.seconds(86_400)
        listen = ListenAddress(
            host: reader.string("APP_HOST", default: "127.0.0.1"),
            port: reader.int("APP_PORT", default: 8000, in: 0...65535))
        api = APISettings(reader: &reader, listen: listen)
        databaseURL = reader.parsed(
            "DB_URL", default: "sqlite:///./orchestrator.db", allowed: "sqlite:///path", parse: Self.sqliteURL)
        minReplicas = reader.int("MIN_REPLICAS", "MIN_FREE_REPLICAS", default: 2, in: 0...1000)
        let maxActiveReplicas = reader.int("MAX_ACTIVE_REPLICAS", default: 1000, in: 1...1000)
        maxReplicas = min(
            reader.int("MAX_REPLICAS", default: min(20, maxActiveReplicas), in: 1...1000), maxActiveReplicas)
        maxStreamsPerEngine = reader.int(
            "MAX_STREAMS_PER_ENGINE", "ACEXY_MAX_STREAMS_PER_ENGINE", default: 1, in: 1...1000)
        engineProvider = reader.parsed("ENGINE_PROVIDER", default: "process", allowed: "process, docker or swarm") {
            ["process", "docker", "swarm"].contains($0) ? $0 : nil
        }
        engineCommand = reader.optionalString("ENGINE_COMMAND")
        engineStateDirectory = reader.string("ENGINE_STATE_DIR", default: "./engines")
        docker = DockerSettings(reader: &reader)
        swarm = SwarmSettings(reader: &reader)
        // Docker tells by itself of every engine that ends.
        monitorInterval = reader.duration(
            "MONITOR_INTERVAL_S", default: engineProvider == "docker" ? .seconds(10) : second,
            in: .milliseconds(100)...(.seconds(3600)))
        portRange = reader.parsed(
            "PORT_RANGE_HOST", default: 19000...19999, allowed: "a-b, both from 1 to 65535", parse: PortRange.parse)
        containerLabel = reader.parsed(
            "CONTAINER_LABEL", default: "orchestrator.managed=acestream", allowed: "key=value", parse: Self.label)
        autoscaleInterval = reader.duration("AUTOSCALE_INTERVAL_S", default: .seconds(30), in: second...day)
        engineGracePeriod = reader.duration(
            "ENGINE_GRACE_PERIOD_S", "IDLE_TTL_S", default: .seconds(30), in: .zero...day)
        healthCheckInterval = reader.duration("HEALTH_CHECK_INTERVAL_S", default: .seconds(20), in: second...day)
        healthCheckTimeout = reader.duration(
            "HEALTH_CHECK_TIMEOUT_S", default: .seconds(5), in: .milliseconds(100)...(.seconds(300)))
        healthFailureThreshold = reader.int("HEALTH_FAILURE_THRESHOLD", default: 3, in: 1...100)
        startupTimeout = reader.duration(
            "STARTUP_TIMEOUT_S", default: .seconds(25), in: .milliseconds(100)...(.seconds(3600)))
        maxConcurrentProvisions = reader.int("MAX_CONCURRENT_PROVISIONS", default: 5, in: 1...1000)
        minProvisionInterval = reader.duration("MIN_PROVISION_INTERVAL_S", default: .milliseconds(500), in: .zero...day)
        breakerFailureThreshold = reader.int(
            "CIRCUIT_BREAKER_FAILURE_THRESHOLD", "CIRCUIT_BREAKER_THRESHOLD", default: 5, in: 1...1000)
        breakerRecoveryTimeout = reader.duration(
            "CIRCUIT_BREAKER_RECOVERY_TIMEOUT_S", "CIRCUIT_BREAKER_TIMEOUT_S", default: .seconds(300), in: .zero...day)
        replacementBreakerThreshold = reader.int("CIRCUIT_BREAKER_REPLACEMENT_THRESHOLD", default: 3, in: 1...1000)
        replacementBreakerTimeout = reader.duration(
            "CIRCUIT_BREAKER_REPLACEMENT_TIMEOUT_S", default: .seconds(180), in: .zero...day)
        provisioning = ProvisioningSettings(reader: &reader)
        health = HealthSettings(reader: &reader)
        vpn = VPNSettings(reader: &reader)
        if vpn != nil, engineProvider != "docker" {
            reader.reject("GLUETUN_CONTAINER_NAME is set, which needs ENGINE_PROVIDER docker; it is \(engineProvider)")
        }
        leaseTimeToLive = reader.duration("LEASE_TTL_S", default: .seconds(30), in: second...(.seconds(3600)))
        proxyTimeToLive = reader.duration(
            "PROXY_TTL_S", default: .seconds(30), in: .seconds(2)...(.seconds(3600)))
        collector = CollectorSettings(reader: &reader)
        storage = StorageSettings(reader: &reader)
        leadership = LeadershipSettings(reader: &reader)
        remoteWrite = RemoteWriteSettings(reader: &reader)
        servesLegacyMetricNames = reader.bool("METRICS_LEGACY_NAMES", default: false)
        let isDebugging = reader.bool("DEBUG_MODE", default: false)
        logLevel = reader.parsed(
            "LOG_LEVEL", default: isDebugging ? .debug : .info, allowed: "TRACE, DEBUG, INFO, WARN or ERROR",
            parse: LogLevel.parse)
        logFormat = reader.parsed("LOG_FORMAT", default: .text, allowed: "text or json", parse: LogFormat.parse)
        if minReplicas > maxReplicas {
            reader.reject("MIN_REPLICAS is \(minReplicas) but MAX_REPLICAS is \(maxReplicas); it must not be larger")
        }
        if !listen.isLoopback, api.keys.key == nil {
            reader.reject(
                "APP_HOST is \"\(listen.host)\", which others can reach, but API_KEY is not set; "
                    + "set API_KEY or bind to 127.0.0.1")
        }
        effective = reader.effective
        notices = SettingsAdvice.warnings(for: .orchestrator, effective: reader.effective, sources: sources)
        try reader.finish()
    }

    private static func sqliteURL(_ text: String) -> String? {
        text.hasPrefix("sqlite:///") && text.count > 10 ? text : nil
    }

    private static func label(_ text: String) -> String? {
        guard let sign = text.firstIndex(of: "="), sign != text.startIndex else { return nil }
        return text
    }
}
