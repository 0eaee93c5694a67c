import Settings
import Testing

/// Settings of what is collected, kept and led.
@Suite struct PastSettingsTests {
    private func problems(_ environment: [String: String]) -> [String] {
        do {
            _ = try OrchestratorSettings(environment: environment)
            return []
        } catch { return error.problems }
    }

    @Test func theyHaveTheirDefaults() throws {
        let settings = try OrchestratorSettings(environment: [:])
        #expect(settings.collector.interval == .seconds(5))
        #expect(settings.collector.timeout == .seconds(3))
        #expect(settings.collector.historyLimit == 720)
        #expect(!settings.collector.detectsLoops)
        #expect(settings.storage.eventRows == 10_000)
        #expect(settings.storage.backupInterval == .seconds(86_400))
        #expect(settings.storage.backupsKept == 7)
        #expect(settings.storage.backupFolder == nil)
        #expect(!settings.leadership.isStandby)
        #expect(settings.leadership.lease == .seconds(6))
    }

    @Test func theyAreRead() throws {
        let settings = try OrchestratorSettings(environment: [
            "COLLECT_INTERVAL_S": "1", "COLLECT_TIMEOUT_S": "0.5", "STATS_HISTORY_MAX": "10",
            "STREAM_LOOP_DETECTION_ENABLED": "true", "STREAM_LOOP_DETECTION_THRESHOLD_S": "60",
            "STREAM_LOOP_CHECK_INTERVAL_S": "5", "STREAM_LOOP_RETENTION_MINUTES": "30",
            "EVENT_LOG_MAX_ROWS": "100", "EVENT_LOG_RETENTION_DAYS": "2", "DECISIONS_MAX_ROWS": "200",
            "ENDED_STREAMS_MAX_ROWS": "0", "STATS_RETENTION_DAYS": "1", "BACKUP_INTERVAL_S": "0",
            "BACKUP_DIR": "/b", "BACKUP_KEEP": "3", "DB_MAINTENANCE_INTERVAL_S": "1h", "STANDBY": "1",
            "LEADER_LEASE_S": "3",
        ])
        #expect(settings.collector.loopThreshold == .seconds(60))
        #expect(settings.collector.loopRetention == .seconds(1800))
        #expect(settings.collector.timeout == .milliseconds(500))
        #expect(settings.storage.eventAge == .seconds(2 * 86_400))
        #expect(settings.storage.decisionRows == 200)
        #expect(settings.storage.endedStreams == 0)
        #expect(settings.storage.sampleAge == .seconds(86_400))
        #expect(settings.storage.backupInterval == .zero)
        #expect(settings.storage.backupFolder == "/b")
        #expect(settings.storage.maintenanceInterval == .seconds(3600))
        #expect(settings.leadership.isStandby)
        #expect(settings.leadership.lease == .seconds(3))
    }

    @Test(arguments: [
        ("COLLECT_INTERVAL_S", "0"), ("COLLECT_TIMEOUT_S", "61"), ("STATS_HISTORY_MAX", "0"),
        ("STREAM_LOOP_RETENTION_MINUTES", "-1"), ("EVENT_LOG_MAX_ROWS", "0"), ("EVENT_LOG_RETENTION_DAYS", "0"),
        ("BACKUP_INTERVAL_S", "5"), ("BACKUP_KEEP", "0"), ("DB_MAINTENANCE_INTERVAL_S", "9"), ("STANDBY", "maybe"),
        ("LEADER_LEASE_S", "1"),
    ])
    func whatIsOutOfRangeIsRefused(name: String, value: String) {
        #expect(problems([name: value]).count == 1)
        #expect(problems([name: value]).first?.contains(name) == true)
    }
}
