public import Fleet
import GRDB
import NIOConcurrencyHelpers

/// What keeps the tables bounded. A limit in rows holds after every write, one in age after each ``purge(now:)``.
extension StateStore {
    private static let rowsPerTransaction = 500

    /// Deletes what is older than the limits allow, and rows beyond limits that were larger before. In short
    /// transactions, so that writes need not wait.
    /// - Returns: rows deleted.
    @discardableResult
    public func purge(now: Timestamp) async throws(StorageError) -> Int {
        let limits = limits
        var deleted = try await deleteEvents(before: now - limits.eventAge)
        deleted += try await delete(
            "DELETE FROM decisions WHERE id IN (SELECT id FROM decisions WHERE at < ? LIMIT ?)",
            before: now - limits.decisionAge)
        deleted += try await delete(
            """
            DELETE FROM streams WHERE rowid IN
                (SELECT rowid FROM streams WHERE status = 'ended' AND ended_at < ? LIMIT ?)
            """, before: now - limits.endedStreamAge)
        for id in try await seriesIDs() {
            deleted += try await write { database in
                try database.run(
                    "DELETE FROM stream_stats WHERE series = ? AND (ts < ? OR slot >= ?)",
                    [id, (now - limits.sampleAge).milliseconds, limits.samples])
                return database.changesCount
            }
        }
        return deleted
    }

    /// Deletes the entries of the event log that are older.
    /// - Returns: rows deleted.
    public func deleteEvents(before time: Timestamp) async throws(StorageError) -> Int {
        try await delete(
            "DELETE FROM event_log WHERE id IN (SELECT id FROM event_log WHERE timestamp < ? LIMIT ?)", before: time)
    }

    /// Keeps the tables that have grown within their limits in rows.
    /// What could not be done is done after the next write.
    func trim(_ grown: [Table: Int]) async {
        let due = growth.withLockedValue { growth in
            for (table, rows) in grown { growth[table, default: rowLimit(of: table)] += rows }
            let due = growth.filter { $0.value > RetentionLimits.slack(of: rowLimit(of: $0.key)) }.map(\.key)
            for table in due { growth[table] = 0 }
            return due
        }
        for table in due {
            let limit = rowLimit(of: table)
            let kept = limit - RetentionLimits.slack(of: limit)
            let sql =
                switch table {
                case .events:
                    """
                    DELETE FROM event_log WHERE id <= (SELECT max(id) FROM event_log) - ?
                        AND category <> '\(EventRecord.auditCategory)'
                    """
                case .decisions: "DELETE FROM decisions WHERE id <= (SELECT max(id) FROM decisions) - ?"
                case .endedStreams:
                    """
                    DELETE FROM streams WHERE rowid IN
                        (SELECT rowid FROM streams WHERE status = 'ended' ORDER BY ended_at DESC LIMIT -1 OFFSET ?)
                    """
                }
            do {
                try await write { try $0.run(sql, [kept]) }
            } catch {
                growth.withLockedValue { $0[table] = limit }
            }
        }
    }

    private func rowLimit(of table: Table) -> Int {
        switch table {
        case .events: limits.events
        case .decisions: limits.decisions
        case .endedStreams: limits.endedStreams
        }
    }

    private func seriesIDs() async throws(StorageError) -> [Int64] {
        try await read { try Int64.fetchAll($0, sql: "SELECT id FROM stat_series") }
    }

    private func delete(_ sql: String, before time: Timestamp) async throws(StorageError) -> Int {
        var total = 0
        while true {
            let deleted = try await write { database in
                try database.run(sql, [time.milliseconds, Self.rowsPerTransaction])
                return database.changesCount
            }
            total += deleted
            if deleted < Self.rowsPerTransaction { return total }
        }
    }
}
