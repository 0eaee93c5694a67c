public import Fleet
import Foundation
import GRDB
import NIOConcurrencyHelpers

/// One orchestrator at a time writes a file: the leader. Each has a token, greater than all before it; a transaction
/// of one whose token is no longer that of the database writes nothing.
extension StateStore {
    /// Who leads or led last; nil when nobody ever has. Works before the store is open, and writes nothing.
    public func leadership() async throws(StorageError) -> LeadershipRecord? {
        do {
            if let queue = connection.withLockedValue({ $0.queue }) { return try await queue.read(Self.record) }
            guard FileManager.default.fileExists(atPath: path) else { return nil }
            return try await Self.reader(path).read(Self.record)
        } catch {
            throw Self.refusal(of: path, error)
        }
    }

    /// Whether the process of a leader lives. One that is stopped lives.
    public func isAlive(_ leader: LeadershipRecord) throws(StorageError) -> Bool {
        try LeaderLock.isTaken(leader.token, of: path)
    }

    /// Makes sure that the file is sound, without writing anything.
    public func check() async throws(StorageError) {
        guard FileManager.default.fileExists(atPath: path) else { return }
        do {
            try await Self.reader(path).read { [path] in try Self.check(path, $0) }
        } catch {
            throw Self.refusal(of: path, error)
        }
    }

    /// Opens the file and becomes its leader, if `known` is still what it says.
    /// - Parameters:
    ///   - holder: a name for people.
    ///   - lease: the time within which this leader renews; zero: it does not.
    /// - Returns: the token; nil when another one was faster.
    public func lead(
        as holder: String, lease: Duration, after known: LeadershipRecord?, now: Timestamp, isChecked: Bool = false
    ) async throws(StorageError) -> Int64? {
        try open(isChecked: isChecked)
        let (queue, _) = try openConnection()
        let path = path
        do {
            let taken: (Int64, LeaderLock)? = try await queue.write { database in
                guard try Self.record(database) == known else { return nil }
                let token = (known?.token ?? 0) + 1
                guard let lock = try LeaderLock.take(token, of: path) else { return nil }
                try database.run(
                    "INSERT OR REPLACE INTO leadership VALUES (1, ?, ?, ?, 0, ?)",
                    [token, holder, lease.wholeMilliseconds, (now + lease).milliseconds])
                return (token, lock)
            }
            guard let (token, lock) = taken else { return nil }
            connection.withLockedValue { connection in
                connection.token = token
                connection.lock = lock
            }
            return token
        } catch {
            throw Self.refusal(of: path, error)
        }
    }

    /// Makes sure that this store leads still, and says so to those who wait.
    /// - Throws: ``StorageError/Code/fenced`` when it does not.
    public func renewLeadership(now: Timestamp, lease: Duration) async throws(StorageError) {
        try await write { database in
            try database.run(
                "UPDATE leadership SET renewals = renewals + 1, expires_at = ?", [(now + lease).milliseconds])
        }
    }

    /// Lets others see that this store leads no more; to be called once nothing is to be written any more.
    public func resign() {
        connection.withLockedValue { $0.lock = nil }
    }

    /// Makes sure that this store leads still, without writing.
    /// - Throws: ``StorageError/Code/fenced`` when it does not.
    public func confirmLeadership() async throws(StorageError) {
        let (queue, token) = try openConnection()
        guard let token else { return }
        do {
            try await queue.read { try Self.requireLeadership(token, $0) }
        } catch let error as StorageError {
            throw error
        } catch {
            throw StorageError(.unavailable, "cannot read the database \(path): \(error)")
        }
    }

    static func requireLeadership(_ token: Int64, _ database: Database) throws {
        let statement = try database.cachedStatement(sql: "SELECT token, holder FROM leadership")
        guard let row = try Row.fetchOne(statement) else { throw StorageError(.fenced, "nobody leads any more") }
        guard row["token"] == token else {
            throw StorageError(.fenced, "\(row["holder"] as String) has taken over")
        }
    }

    private static func record(_ database: Database) throws -> LeadershipRecord? {
        guard try database.tableExists("leadership"),
            let row = try Row.fetchOne(database, sql: "SELECT * FROM leadership")
        else { return nil }
        return LeadershipRecord(
            token: row["token"], holder: row["holder"], lease: .milliseconds(row["lease_ms"] as Int64),
            renewals: row["renewals"])
    }

    /// A connection that neither writes nor moves anything from the log to the file.
    static func reader(_ path: String) throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(5)
        return try DatabaseQueue(path: path, configuration: configuration)
    }
}
