public import Fleet
import GRDB

extension StateStore {
    /// The engines known when the program last ran.
    public func engines() async throws(StorageError) -> [Engine] {
        try await read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM engines ORDER BY engine_key").map { row in
                var engine = Engine(
                    id: row["container_id"], name: row["container_name"],
                    endpoint: EngineEndpoint(host: row["host"], port: row["port"]),
                    labels: try JSONText.decode([String: String].self, row["labels"]),
                    firstSeen: Timestamp(milliseconds: row["first_seen"]))
                engine.lastSeen = Timestamp(milliseconds: row["last_seen"])
                engine.lastStreamUsage = (row["last_stream_usage"] as Int64?).map(Timestamp.init(milliseconds:))
                return engine
            }
        }
    }

    /// All running streams and the `maxEnded` that ended last.
    public func streams(maxEnded: Int) async throws(StorageError) -> [StreamRecord] {
        try await read { database in
            let running = try Row.fetchAll(database, sql: "SELECT * FROM streams WHERE status = 'started'")
            let ended = try Row.fetchAll(
                database, sql: "SELECT * FROM streams WHERE status = 'ended' ORDER BY ended_at DESC LIMIT ?",
                arguments: [maxEnded])
            return (running + ended).map(Self.stream)
        }
    }

    /// A value kept with `setConfiguration`.
    public func configuration(_ key: String) async throws(StorageError) -> String? {
        try await read { database in
            try String.fetchOne(database, sql: "SELECT value FROM config WHERE key = ?", arguments: [key])
        }
    }

    private static func stream(_ row: Row) -> StreamRecord {
        StreamRecord(
            id: row["id"],
            content: ContentKey(kind: ContentKey.Kind(rawValue: row["key_type"]) ?? .contentID, value: row["key"]),
            engineID: row["engine_key"], isAttached: row["is_attached"],
            playbackSessionID: row["playback_session_id"], statURL: row["stat_url"],
            commandURL: row["command_url"], isLive: row["is_live"],
            startedAt: Timestamp(milliseconds: row["started_at"]),
            endedAt: (row["ended_at"] as Int64?).map(Timestamp.init(milliseconds:)), endReason: row["end_reason"],
            proxyID: row["proxy_instance"])
    }
}
