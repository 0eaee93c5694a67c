import Fleet
import Foundation
import GRDB

extension StateStore {
    /// Applies all changes in one transaction, in order.
    /// - Throws: ``StorageError/Code/fenced``, and nothing is written, when another one leads.
    public func apply(_ changes: [StateChange]) async throws(StorageError) {
        guard !changes.isEmpty else { return }
        let limits = limits
        let grown = try await write { database in
            var grown: [Table: Int] = [:]
            for change in changes {
                try Self.apply(change, limits, database)
                if let table = change.growingTable { grown[table, default: 0] += 1 }
            }
            return grown
        }
        await trim(grown)
    }

    /// Tables that grow with time.
    enum Table: String, Sendable {
        case events = "event_log"
        case decisions
        case endedStreams = "streams"
    }

    private static func apply(_ change: StateChange, _ limits: RetentionLimits, _ database: Database) throws {
        switch change {
        case .saveEngine(let engine): try save(engine, database)
        case .removeEngine(let id): try database.run("DELETE FROM engines WHERE engine_key = ?", [id])
        case .saveStream(let stream): try save(stream, database)
        case .saveSamples(let streamID, let samples): try save(samples, of: streamID, limits, database)
        case .logEvent(let event): try insert(event, database)
        case .logDecision(let decision): try insert(decision, database)
        case .setConfiguration(let key, let value):
            try database.run("INSERT OR REPLACE INTO config VALUES (?, ?, unixepoch())", [key, value])
        }
    }

    private static func save(_ engine: Engine, _ database: Database) throws {
        try database.run(
            "INSERT OR REPLACE INTO engines VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                engine.id, engine.id, engine.name, engine.endpoint.host, engine.endpoint.port,
                JSONText.encode(engine.labels), engine.firstSeen.milliseconds, engine.lastSeen.milliseconds,
                engine.lastStreamUsage?.milliseconds,
            ])
    }

    private static func save(_ stream: StreamRecord, _ database: Database) throws {
        try database.run(
            """
            INSERT INTO streams VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET engine_key = excluded.engine_key, is_attached = excluded.is_attached,
                key_type = excluded.key_type, key = excluded.key,
                playback_session_id = excluded.playback_session_id, stat_url = excluded.stat_url,
                command_url = excluded.command_url, is_live = excluded.is_live, started_at = excluded.started_at,
                ended_at = excluded.ended_at, end_reason = excluded.end_reason, status = excluded.status,
                proxy_instance = excluded.proxy_instance
            """,
            [
                stream.id, stream.engineID, stream.isAttached, stream.content.kind.rawValue, stream.content.value,
                stream.playbackSessionID, stream.statURL, stream.commandURL, stream.isLive,
                stream.startedAt.milliseconds, stream.endedAt?.milliseconds, stream.endReason,
                stream.isRunning ? "started" : "ended", stream.proxyID,
            ])
    }
}

extension StateChange {
    /// The table that has one row more for it.
    fileprivate var growingTable: StateStore.Table? {
        switch self {
        case .logEvent: .events
        case .logDecision: .decisions
        case .saveStream(let stream): stream.isRunning ? nil : .endedStreams
        case .saveEngine, .removeEngine, .saveSamples, .setConfiguration: nil
        }
    }
}
