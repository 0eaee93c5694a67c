/// What is asked of the engines about running streams, and what follows from it.
public struct CollectorSettings: Sendable, Hashable {
    /// Time between two questions about one stream.
    public var interval: Duration
    public var timeout: Duration
    /// Samples kept of each stream.
    public var historyLimit: Int
    public var detectsLoops: Bool
    /// Time without progress after which a live stream counts as looping.
    public var loopThreshold: Duration
    public var loopCheckInterval: Duration
    /// How long a looping content stays listed; zero: until it is removed from the list or goes on.
    public var loopRetention: Duration

    /// Reads the settings.
    ///
    /// | variable | type | default |
    /// |---|---|---|
    /// | `COLLECT_INTERVAL_S` | time between two questions about a stream, 0.2 s to 1 h | 5 |
    /// | `COLLECT_TIMEOUT_S` | time, 0.1 s to 60 s | 3 |
    /// | `STATS_HISTORY_MAX` | samples kept of each stream, 1 to 100000 | 720 |
    /// | `STREAM_LOOP_DETECTION_ENABLED` | true or false | false |
    /// | `STREAM_LOOP_DETECTION_THRESHOLD_S` | time without progress, 1 s to 7 days | 3600 |
    /// | `STREAM_LOOP_CHECK_INTERVAL_S` | time between two looks at a stream, 0.2 s to 1 h | 10 |
    /// | `STREAM_LOOP_RETENTION_MINUTES` | minutes a looping content stays listed, 0: until removed | 0 |
    init(reader: inout SettingsReader) {
        let hour = Duration.seconds(3600)
        interval = reader.duration("COLLECT_INTERVAL_S", default: .seconds(5), in: .milliseconds(200)...hour)
        timeout = reader.duration(
            "COLLECT_TIMEOUT_S", default: .seconds(3), in: .milliseconds(100)...(.seconds(60)))
        historyLimit = reader.int("STATS_HISTORY_MAX", default: 720, in: 1...100_000)
        detectsLoops = reader.bool("STREAM_LOOP_DETECTION_ENABLED", default: false)
        loopThreshold = reader.duration(
            "STREAM_LOOP_DETECTION_THRESHOLD_S", default: hour, in: .seconds(1)...(.seconds(7 * 86_400)))
        loopCheckInterval = reader.duration(
            "STREAM_LOOP_CHECK_INTERVAL_S", default: .seconds(10), in: .milliseconds(200)...hour)
        loopRetention = .seconds(60 * reader.int("STREAM_LOOP_RETENTION_MINUTES", default: 0, in: 0...525_600))
    }
}
