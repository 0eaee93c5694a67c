public import Fleet
import GRDB

/// The statistics of a stream are kept in a ring: the oldest sample gives its place to the newest.
extension StateStore {
    /// The samples of a stream, oldest first; none when it is not known.
    public func samples(of streamID: String, since: Timestamp? = nil) async throws(StorageError) -> [StreamSample] {
        try await read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT stream_stats.* FROM stream_stats JOIN stat_series ON stat_series.id = series
                    WHERE stream_id = ? AND ts >= ? ORDER BY ts
                    """, arguments: [streamID, since?.milliseconds ?? .min]
            ).map { row in
                StreamSample(
                    at: Timestamp(milliseconds: row["ts"]), peers: row["peers"], speedDown: row["speed_down"],
                    speedUp: row["speed_up"], downloaded: row["downloaded"], uploaded: row["uploaded"],
                    status: row["status"])
            }
        }
    }

    static func save(
        _ samples: [StreamSample], of streamID: String, _ limits: RetentionLimits, _ database: Database
    ) throws {
        try database.run(
            "INSERT OR IGNORE INTO stat_series (stream_id, head) SELECT id, -1 FROM streams WHERE id = ?", [streamID])
        let find = try database.cachedStatement(sql: "SELECT id, head FROM stat_series WHERE stream_id = ?")
        guard let series = try Row.fetchOne(find, arguments: [streamID]) else { return }
        let id: Int64 = series["id"]
        var head: Int = series["head"]
        for sample in samples {
            head = (head + 1) % limits.samples
            try database.run(
                "INSERT OR REPLACE INTO stream_stats VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    id, head, sample.at.milliseconds, sample.peers, sample.speedDown, sample.speedUp,
                    sample.downloaded, sample.uploaded, sample.status,
                ])
        }
        try database.run("UPDATE stat_series SET head = ? WHERE id = ?", [head, id])
    }
}
