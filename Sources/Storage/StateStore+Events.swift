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

    static func insert(_ event: EventRecord, _ database: Database) throws {
        try database.execute(
            sql: """
                INSERT INTO event_log (timestamp, event_type, category, message, details, container_id, stream_id)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                event.at.milliseconds, event.type.rawValue, event.category, event.message,
                try JSONText.encode(event.details), event.engineID, event.streamID,
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
