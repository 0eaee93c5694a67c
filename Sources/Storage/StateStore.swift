import Fleet
import Foundation
import GRDB
import NIOConcurrencyHelpers

/// The orchestrator's memory: one SQLite file, one connection, write-ahead log, synchronous FULL.
///
/// What `apply` was given survives a power cut once it has returned. A file that is no database, is damaged or comes
/// from a later version is refused and left as it is. Once ``lead(as:lease:after:)`` has made this store the leader,
/// every transaction first makes sure that it still is.
public struct StateStore: Sendable {
    struct Connection {
        var queue: DatabaseQueue?
        /// The number under which this store leads; nil: nobody asks.
        var token: Int64?
        var lock: LeaderLock?
    }

    let path: String
    let limits: RetentionLimits
    let connection = NIOLockedValueBox(Connection())
    /// Rows added since the last look at a table.
    let growth = NIOLockedValueBox<[Table: Int]>([:])

    /// Opens the file, and makes it where there is none.
    public init(url: DatabaseURL, limits: RetentionLimits = RetentionLimits()) throws(StorageError) {
        self.init(closed: url, limits: limits)
        try open()
    }

    /// A store that is not open yet: until ``open()`` every call but ``leadership()`` fails.
    public init(closed url: DatabaseURL, limits: RetentionLimits = RetentionLimits()) {
        path = url.path
        self.limits = limits
    }

    /// Opens the file, and makes it where there is none. Does nothing when it is open.
    /// - Parameter isChecked: whether the file's soundness was checked a moment ago.
    public func open(isChecked: Bool = false) throws(StorageError) {
        guard connection.withLockedValue({ $0.queue == nil }) else { return }
        let queue: DatabaseQueue
        do {
            queue = try Self.open(path, isChecked: isChecked)
        } catch {
            throw Self.refusal(of: path, error)
        }
        connection.withLockedValue { $0.queue = queue }
    }

    private static func open(_ path: String, isChecked: Bool) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.journalMode = .wal
        configuration.busyMode = .timeout(5)
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA synchronous = FULL")
            // Of a new file only: an older one changes with its next full VACUUM.
            try database.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
        }
        let directory = URL(fileURLWithPath: path).deletingLastPathComponent()
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        let migrator = Schema.migrator
        try queue.read { database in
            if !isChecked { try check(path, database) }
            guard try !migrator.hasBeenSuperseded(database) else {
                throw StorageError(
                    .newerSchema,
                    "the database \(path) was written by a later version; it was left as it is. Run that version, or "
                        + restoring(path))
            }
        }
        try migrator.migrate(queue)
        return queue
    }

    static func check(_ path: String, _ database: Database) throws {
        let verdict = try String.fetchOne(database, sql: "PRAGMA quick_check(1)") ?? "no answer"
        guard verdict == "ok" else { throw damaged(path, verdict) }
    }

    /// Why a file was not opened.
    static func refusal(of path: String, _ error: any Error) -> StorageError {
        switch error {
        case let error as StorageError: error
        case let error as DatabaseError where [.SQLITE_NOTADB, .SQLITE_CORRUPT].contains(error.resultCode):
            damaged(path, error.message ?? "\(error.resultCode)")
        default: StorageError(.unavailable, "cannot open the database \(path): \(error)")
        }
    }

    private static func damaged(_ path: String, _ detail: String) -> StorageError {
        StorageError(
            .damaged, "the database \(path) is damaged (\(detail)); it was left as it is. To go on, \(restoring(path))")
    }

    private static func restoring(_ path: String) -> String {
        "stop the orchestrator, move \(path), \(path)-wal and \(path)-shm away, and copy a backup (BACKUP_DIR) to "
            + "\(path); without a backup the orchestrator starts afresh and adopts the engines that run"
    }

    /// Bytes of the database file and its write-ahead log.
    public var sizeInBytes: Int {
        [path, path + "-wal"].reduce(0) { sum, path in
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
            return sum + ((attributes?[.size] as? Int) ?? 0)
        }
    }

    /// A transaction of the leader.
    func write<Value: Sendable>(
        _ updates: @escaping @Sendable (Database) throws -> Value
    ) async throws(StorageError) -> Value {
        let (queue, token) = try openConnection()
        do {
            return try await queue.write { database in
                if let token { try Self.requireLeadership(token, database) }
                return try updates(database)
            }
        } catch let error as StorageError {
            throw error
        } catch {
            throw StorageError(.unavailable, "cannot write the database \(path): \(error)")
        }
    }

    func read<Value: Sendable>(
        _ value: @escaping @Sendable (Database) throws -> Value
    ) async throws(StorageError) -> Value {
        let (queue, _) = try openConnection()
        do {
            return try await queue.read(value)
        } catch {
            throw StorageError(.unavailable, "cannot read the database \(path): \(error)")
        }
    }

    func openConnection() throws(StorageError) -> (queue: DatabaseQueue, token: Int64?) {
        let (queue, token) = connection.withLockedValue { ($0.queue, $0.token) }
        guard let queue else { throw StorageError(.unavailable, "the database \(path) is not open") }
        return (queue, token)
    }
}
