import Catalogue
import Fleet
import Logging
import Settings
import Storage
import Telemetry

/// Backups, retention and order of the database.
extension Orchestrator {
    private static let purgePause = Duration.seconds(3600)
    private static let backupKey = "last_backup_at"
    private static let optimizationKey = "last_maintenance_at"

    /// Does what is due. Times are kept in the database, so that restarts neither repeat nor skip anything.
    /// - Returns: whether all of it was done.
    nonisolated func maintain() async -> Bool {
        do {
            if await takePurge() { try await journal.store.purge(now: now) }
            let storage = configuration.storage
            if try await isDue(Self.backupKey, every: storage.backupInterval) { _ = try await backUp() }
            if try await isDue(Self.optimizationKey, every: storage.maintenanceInterval) {
                try await journal.store.optimize()
                note(Self.optimizationKey)
            }
            return true
        } catch {
            logger.error("the database could not be kept in order: \(error)")
            return false
        }
    }

    /// Makes a backup now, and deletes those that are too many.
    nonisolated func backUp() async throws(StorageError) -> (file: String, bytes: Int) {
        try await journal.flush()
        let folder = configuration.backupFolder
        do throws(StorageError) {
            let backup = try await journal.store.backUp(into: folder.path, now: now)
            folder.prune(keeping: configuration.storage.backupsKept)
            metrics.backups.increment()
            metrics.lastBackup.set(Double(now.milliseconds) / 1000)
            metrics.backupSize.set(backup.bytes)
            logger.info("backup made", metadata: ["file": "\(backup.file)", "bytes": "\(backup.bytes)"])
            note(Self.backupKey)
            return backup
        } catch {
            metrics.backupErrors.increment()
            throw error
        }
    }

    private nonisolated func note(_ key: String) {
        journal.append([.setConfiguration(key: key, value: "\(now.milliseconds)")])
    }

    /// The first time is an interval after the first look.
    private nonisolated func isDue(_ key: String, every interval: Duration) async throws(StorageError) -> Bool {
        guard interval > .zero else { return false }
        guard let last = try await journal.store.configuration(key).flatMap({ Int64($0) }) else {
            note(key)
            return false
        }
        return now - Timestamp(milliseconds: last) >= interval
    }

    private func takePurge() -> Bool {
        if let lastPurge, now - lastPurge < Self.purgePause { return false }
        lastPurge = now
        return true
    }
}
