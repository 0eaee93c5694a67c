/// How much of the past the database keeps, and what keeps the database itself in order.
public struct StorageSettings: Sendable, Hashable {
    public var eventRows: Int
    public var eventAge: Duration
    public var decisionRows: Int
    public var decisionAge: Duration
    public var endedStreams: Int
    public var endedStreamAge: Duration
    public var sampleAge: Duration
    /// Zero: no backups are made by themselves.
    public var backupInterval: Duration
    /// Nil: `backups` beside the database.
    public var backupFolder: String?
    public var backupsKept: Int
    /// Zero: free space is given back only by command.
    public var maintenanceInterval: Duration

    /// Reads the settings.
    ///
    /// | variable | type | default |
    /// |---|---|---|
    /// | `EVENT_LOG_MAX_ROWS`, `EVENT_LOG_RETENTION_DAYS` | entries, days (1 to 3650) of the event log | 10000, 30 |
    /// | `DECISIONS_MAX_ROWS`, `DECISIONS_RETENTION_DAYS` | scaling decisions, days | 10000, 30 |
    /// | `ENDED_STREAMS_MAX_ROWS`, `ENDED_STREAMS_RETENTION_DAYS` | ended streams, days | 10000, 30 |
    /// | `STATS_RETENTION_DAYS` | days that a stream's statistics are kept | 7 |
    /// | `BACKUP_INTERVAL_S` | time between two backups, 0: none, else 10 s to 1 year | 86400 |
    /// | `BACKUP_DIR` | directory | `backups` beside the database |
    /// | `BACKUP_KEEP` | backups kept, 1 to 1000 | 7 |
    /// | `DB_MAINTENANCE_INTERVAL_S` | time between two runs of VACUUM and ANALYZE, 0: none, else from 10 s | 86400 |
    init(reader: inout SettingsReader) {
        eventRows = reader.int("EVENT_LOG_MAX_ROWS", default: 10_000, in: 1...10_000_000)
        eventAge = Self.days("EVENT_LOG_RETENTION_DAYS", default: 30, &reader)
        decisionRows = reader.int("DECISIONS_MAX_ROWS", default: 10_000, in: 1...10_000_000)
        decisionAge = Self.days("DECISIONS_RETENTION_DAYS", default: 30, &reader)
        endedStreams = reader.int("ENDED_STREAMS_MAX_ROWS", default: 10_000, in: 0...10_000_000)
        endedStreamAge = Self.days("ENDED_STREAMS_RETENTION_DAYS", default: 30, &reader)
        sampleAge = Self.days("STATS_RETENTION_DAYS", default: 7, &reader)
        backupInterval = Self.interval("BACKUP_INTERVAL_S", &reader)
        backupFolder = reader.optionalString("BACKUP_DIR")
        backupsKept = reader.int("BACKUP_KEEP", default: 7, in: 1...1000)
        maintenanceInterval = Self.interval("DB_MAINTENANCE_INTERVAL_S", &reader)
    }

    private static func days(_ name: String, default days: Int, _ reader: inout SettingsReader) -> Duration {
        .seconds(86_400 * reader.int(name, default: days, in: 1...3650))
    }

    private static func interval(_ name: String, _ reader: inout SettingsReader) -> Duration {
        let interval = reader.duration(name, default: .seconds(86_400), in: .zero...(.seconds(86_400 * 366)))
        if interval > .zero, interval < .seconds(10) {
            reader.reject("\(name) is \(interval); allowed is 0 or at least 10 seconds")
        }
        return interval
    }
}
