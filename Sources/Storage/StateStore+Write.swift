import Fleet
import Foundation
import GRDB

extension StateStore {
    /// Applies all changes in one transaction, in order.
    public func apply(_ changes: [StateChange]) async throws(StorageError) {
        guard !changes.isEmpty else { return }
        try await write { database in
            for change in changes { try Self.apply(change, database) }
            try Self.trim(changes, database)
        }
    }

    private static func apply(_ change: StateChange, _ database: Database) throws {
        switch change {
        case .saveEngine(let engine): try save(engine, database)
        case .removeEngine(let id):
            try database.execute(sql: "DELETE FROM engines WHERE engine_key = ?", arguments: [id])
        case .saveStream(let stream): try save(stream, database)
        case .logEvent(let event): try insert(event, database)
        case .logDecision(let decision): try insert(decision, database)
        case .setConfiguration(let key, let value):
            try database.execute(
                sql: "INSERT OR REPLACE INTO config VALUES (?, ?, unixepoch())", arguments: [key, value])
        }
    }

    private static func save(_ engine: Engine, _ database: Database) throws {
        try database.execute(
            sql: "INSERT OR REPLACE INTO engines VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            arguments: [
                engine.id, engine.id, engine.name, engine.endpoint.host, engine.endpoint.port,
                try JSONText.encode(engine.labels), engine.firstSeen.milliseconds, engine.lastSeen.milliseconds,
                engine.lastStreamUsage?.milliseconds,
            ])
    }

    private static func save(_ stream: StreamRecord, _ database: Database) throws {
        try database.execute(
            sql: "INSERT OR REPLACE INTO streams VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            arguments: [
                stream.id, stream.engineID, stream.isAttached, stream.content.kind.rawValue, stream.content.value,
                stream.playbackSessionID, stream.statURL, stream.commandURL, stream.isLive,
                stream.startedAt.milliseconds, stream.endedAt?.milliseconds, stream.endReason,
                stream.isRunning ? "started" : "ended", stream.proxyID,
            ])
    }

    /// Keeps the tables bounded: only those that grew are looked at.
    private static func trim(_ changes: [StateChange], _ database: Database) throws {
        var grown: Set<String> = []
        for change in changes {
            switch change {
            case .logEvent: grown.insert("event_log")
            case .logDecision: grown.insert("decisions")
            default: break
            }
        }
        for table in grown {
            try database.execute(
                sql: "DELETE FROM \(table) WHERE id <= (SELECT max(id) FROM \(table)) - ?", arguments: [maxRows])
        }
        if changes.contains(where: { if case .saveStream = $0 { true } else { false } }) {
            try database.execute(
                sql: """
                    DELETE FROM streams WHERE status = 'ended' AND ended_at <
                        (SELECT ended_at FROM streams WHERE status = 'ended' ORDER BY ended_at DESC LIMIT 1 OFFSET ?)
                    """, arguments: [maxRows])
        }
    }
}
