/// How engines are judged, and what follows.
public struct HealthSettings: Sendable, Hashable {
    /// How long an engine must have been unhealthy before it is removed.
    public var unhealthyGracePeriod: Duration
    /// From the removal of one unhealthy engine to that of the next.
    public var replacementCooldown: Duration
    /// Probes beside each other.
    public var maxConcurrentProbes: Int
    /// Points of the health score that an engine loses when every start fails.
    public var failureWeight: Double
    /// Points it loses when every stream stalls.
    public var stallWeight: Double
    /// Points it loses for each second that starts take longer than 5 s.
    public var slowStartWeight: Double
    /// Failed starts in a row after which an engine gets no streams for a while; 0: never.
    public var ejectionFailures: Int
    public var ejectionTime: Duration
    public var maxEjectionTime: Duration
    /// Share of the usable engines that may be ejected at a time.
    public var maxEjectionPercent: Int

    /// Reads the settings.
    ///
    /// | variable | type | default |
    /// |---|---|---|
    /// | `HEALTH_UNHEALTHY_GRACE_PERIOD_S` | time an engine must have been unhealthy before it goes | 60 |
    /// | `HEALTH_REPLACEMENT_COOLDOWN_S` | time between two of them | 60 |
    /// | `HEALTH_CHECK_CONCURRENCY` | probes beside each other, 1 to 1000 | 100 |
    /// | `HEALTH_SCORE_FAILURE_WEIGHT` | points lost when every start fails, 0 to 1000 | 30 |
    /// | `HEALTH_SCORE_STALL_WEIGHT` | points lost when every stream stalls, 0 to 1000 | 20 |
    /// | `HEALTH_SCORE_SLOW_START_WEIGHT` | points lost for each second of a start beyond 5 s, 0 to 1000 | 2 |
    /// | `ENGINE_EJECTION_FAILURES` | failed starts in a row, 0 (never) to 1000 | 5 |
    /// | `ENGINE_EJECTION_TIME_S` | time of the first ejection, added for each further one | 30 |
    /// | `ENGINE_EJECTION_MAX_TIME_S` | time of the longest | 300 |
    /// | `ENGINE_EJECTION_MAX_PERCENT` | share of the usable engines, 0 to 100 | 50 |
    init(reader: inout SettingsReader) {
        let day = Duration.seconds(86_400)
        unhealthyGracePeriod = reader.duration(
            "HEALTH_UNHEALTHY_GRACE_PERIOD_S", default: .seconds(60), in: .zero...day)
        replacementCooldown = reader.duration("HEALTH_REPLACEMENT_COOLDOWN_S", default: .seconds(60), in: .zero...day)
        maxConcurrentProbes = reader.int("HEALTH_CHECK_CONCURRENCY", default: 100, in: 1...1000)
        failureWeight = Self.weight("HEALTH_SCORE_FAILURE_WEIGHT", default: 30, &reader)
        stallWeight = Self.weight("HEALTH_SCORE_STALL_WEIGHT", default: 20, &reader)
        slowStartWeight = Self.weight("HEALTH_SCORE_SLOW_START_WEIGHT", default: 2, &reader)
        ejectionFailures = reader.int("ENGINE_EJECTION_FAILURES", default: 5, in: 0...1000)
        ejectionTime = reader.duration("ENGINE_EJECTION_TIME_S", default: .seconds(30), in: .zero...day)
        maxEjectionTime = reader.duration("ENGINE_EJECTION_MAX_TIME_S", default: .seconds(300), in: .zero...day)
        maxEjectionPercent = reader.int("ENGINE_EJECTION_MAX_PERCENT", default: 50, in: 0...100)
    }

    private static func weight(_ name: String, default fallback: Double, _ reader: inout SettingsReader) -> Double {
        reader.parsed(name, default: fallback, allowed: "a number from 0 to 1000") { text in
            Double(text).flatMap { (0...1000).contains($0) ? $0 : nil }
        }
    }
}
