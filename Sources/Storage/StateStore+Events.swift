import Fleet
import GRDB

extension StateStore {
    /// Entries of the event log, newest first.
    public func events(_ query: EventQuery = EventQuery()) async throws(StorageError) -> [EventRecord] {
        try await read { database in
            var conditions: [String] = []
            var arguments: [(any DatabaseValueConvertible)?] = []
            func require(_ condition: String, _ value: (any DatabaseValueConvertible)?) {
                guard let value else { return }
                conditions.append(condition)
                arguments.append(value)
            }
            require("event_type = ?", query.type?.rawValue)
            require("category = ?", query.category)
            require("container_id = ?", query.engineID)
            require("stream_id = ?", query.streamID)
            require("timestamp >= ?", query.since?.milliseconds)
            let filter = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
            arguments += [query.limit, query.offset]
            return try Row.fetchAll(
                database, sql: "SELECT * FROM event_log \(filter) ORDER BY id DESC LIMIT ? OFFSET ?",
                arguments: StatementArguments(arguments)
            ).map(Self.event)
        }
    }

    /// What the log holds.
    public func eventSummary() async throws(StorageError) -> EventSummary {
        try await read { database in
            let rows = try Row.fetchAll(
                database, sql: "SELECT event_type, count(*) n FROM event_log GROUP BY event_type")
            let ends = try Row.fetchOne(database, sql: "SELECT min(timestamp) a, max(timestamp) b FROM event_log")
            var counts: [EventRecord.EventType: Int] = [:]
            for row in rows {
                if let type = EventRecord.EventType(rawValue: row["event_type"]) { counts[type] = row["n"] }
            }
            return EventSummary(
                counts: counts, oldest: (ends?["a"] as Int64?).map(Timestamp.init(milliseconds:)),
                newest: (ends?["b"] as Int64?).map(Timestamp.init(milliseconds:)))
        }
    }

    static func insert(_ event: EventRecord, _ database: Database) throws {
        try database.run(
            """
            INSERT INTO event_log (timestamp, event_type, category, message, details, container_id, stream_id)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            [
                event.at.milliseconds, event.type.rawValue, event.category, event.message,
                JSONText.encode(event.details), event.engineID, event.streamID,
            ])
    }

    private static func event(_ row: Row) throws -> EventRecord {
        EventRecord(
            id: row["id"], at: Timestamp(milliseconds: row["timestamp"]),
            type: EventRecord.EventType(rawValue: row["event_type"]) ?? .system, category: row["category"],
            message: row["message"], details: try JSONText.decode([String: String].self, row["details"]),
            engineID: row["container_id"],
            streamID: row["stream_id"])
    }
}
