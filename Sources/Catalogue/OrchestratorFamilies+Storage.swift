public import Telemetry

/// The database.
extension OrchestratorFamilies {
    public static let databaseSize = GaugeFamily<NoLabels>(
        "orch_database_size_bytes", "Size of the database file and its write-ahead log.")
    public static let databaseWriteDuration = HistogramFamily<NoLabels>(
        "orch_database_write_duration_seconds", "Time one transaction took until it was durable, or failed.",
        upperBounds: Buckets.api)
    public static let databaseBatchSize = HistogramFamily<NoLabels>(
        "orch_database_batch_changes", "Changes written in one transaction.", upperBounds: Buckets.items)
    public static let databaseErrors = CounterFamily<NoLabels>(
        "orch_database_write_errors_total", "Transactions that failed; their changes are tried again.")
    public static let databasePending = GaugeFamily<NoLabels>(
        "orch_database_pending_changes", "Changes that wait to be written.")
    public static let databaseDropped = CounterFamily<NoLabels>(
        "orch_database_dropped_entries_total", "Entries of the event log given up because too many waited.")
    public static let backups = CounterFamily<NoLabels>(
        "orch_database_backups_total", "Backups made.")
    public static let backupErrors = CounterFamily<NoLabels>(
        "orch_database_backup_errors_total", "Backups that could not be made.")
    public static let lastBackup = GaugeFamily<NoLabels>(
        "orch_database_last_backup_timestamp_seconds",
        "When this process made its last backup, since the Unix epoch; 0 before the first.")
    public static let backupSize = GaugeFamily<NoLabels>(
        "orch_database_backup_size_bytes", "Size of the last backup.")
    public static let leader = GaugeFamily<NoLabels>(
        "orch_leader", "1 while this orchestrator is the one that acts, 0 while it waits as a standby.")

    static let storage = [
        DescribedFamily(databaseSize), DescribedFamily(databaseWriteDuration), DescribedFamily(databaseBatchSize),
        DescribedFamily(databaseErrors), DescribedFamily(databasePending), DescribedFamily(databaseDropped),
        DescribedFamily(backups), DescribedFamily(backupErrors), DescribedFamily(lastBackup),
        DescribedFamily(backupSize), DescribedFamily(leader),
    ]
}
