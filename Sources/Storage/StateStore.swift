import Foundation
import GRDB

/// The orchestrator's memory: one SQLite file, one connection, write-ahead log, synchronous FULL.
///
/// What `apply` was given survives a power cut once it has returned. A file that is no database, is damaged or comes
/// from a later version is refused and left as it is.
public struct StateStore: Sendable {
    /// Entries kept of the event log and of the decisions, and ended streams kept.
    static let maxRows = 10_000

    let queue: DatabaseQueue
    let path: String

    public init(url: DatabaseURL) throws(StorageError) {
        path = url.path
        do {
            queue = try Self.open(url.path)
        } catch let error as StorageError {
            throw error
        } catch let error as DatabaseError
            where [.SQLITE_NOTADB, .SQLITE_CORRUPT].contains(error.resultCode)
        {
            throw Self.damaged(url.path, error.message ?? "\(error.resultCode)")
        } catch {
            throw StorageError(.unavailable, "cannot open the database \(url.path): \(error)")
        }
    }

    private static func open(_ path: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.journalMode = .wal
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL") }
        let directory = URL(fileURLWithPath: path).deletingLastPathComponent()
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        let migrator = Schema.migrator
        try queue.read { database in
            let verdict = try String.fetchOne(database, sql: "PRAGMA quick_check(1)") ?? "no answer"
            guard verdict == "ok" else { throw damaged(path, verdict) }
            guard try !migrator.hasBeenSuperseded(database) else {
                throw StorageError(
                    .newerSchema, "the database \(path) was written by a later version; it was left as it is")
            }
        }
        try migrator.migrate(queue)
        return queue
    }

    private static func damaged(_ path: String, _ detail: String) -> StorageError {
        StorageError(
            .damaged, "the database \(path) is damaged (\(detail)); it was left as it is, move it away to start afresh")
    }

    /// Bytes of the database file and its write-ahead log.
    public var sizeInBytes: Int {
        [path, path + "-wal"].reduce(0) { sum, path in
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
            return sum + ((attributes?[.size] as? Int) ?? 0)
        }
    }

    func write<Value: Sendable>(
        _ updates: @escaping @Sendable (Database) throws -> Value
    ) async throws(StorageError) -> Value {
        do {
            return try await queue.write(updates)
        } catch {
            throw StorageError(.unavailable, "cannot write the database \(path): \(error)")
        }
    }

    func read<Value: Sendable>(
        _ value: @escaping @Sendable (Database) throws -> Value
    ) async throws(StorageError) -> Value {
        do {
            return try await queue.read(value)
        } catch {
            throw StorageError(.unavailable, "cannot read the database \(path): \(error)")
        }
    }
}
