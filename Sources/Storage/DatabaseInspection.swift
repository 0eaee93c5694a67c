import Foundation
import GRDB

/// A look at a database without changing it, also while an orchestrator uses it.
public struct DatabaseInspection: Sendable, Hashable {
    /// What `quick_check` says: `ok`, or the first damage found.
    public let verdict: String
    /// Bytes of the file and its write-ahead log.
    public let sizeInBytes: Int

    /// Reads the whole file. Blocks.
    /// - Throws: ``StorageError`` when it cannot be opened as a database.
    public init(path: String) throws(StorageError) {
        do {
            var configuration = Configuration()
            configuration.readonly = true
            configuration.busyMode = .timeout(5)
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            verdict = try queue.read { try String.fetchOne($0, sql: "PRAGMA quick_check(1)") } ?? "no answer"
            sizeInBytes = [path, path + "-wal"].reduce(0) { sum, path in
                let attributes = try? FileManager.default.attributesOfItem(atPath: path)
                return sum + ((attributes?[.size] as? Int) ?? 0)
            }
        } catch {
            throw StorageError(.unavailable, "cannot look into the database \(path): \(error)")
        }
    }
}
