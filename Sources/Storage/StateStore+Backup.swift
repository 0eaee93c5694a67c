public import Fleet
import Foundation
import GRDB

/// Copies of the database, made while it is used.
extension StateStore {
    /// Copies the state of one moment to a new file in a folder, which is made where there is none. Writes go on
    /// meanwhile: the copy is made by a second connection, which only reads. What this returns survives a power cut.
    /// - Returns: the path of the file, and its size in bytes.
    public func backUp(into folder: String, now: Timestamp) async throws(StorageError) -> (file: String, bytes: Int) {
        let name = "\(BackupFolder.prefix)\(BackupFolder.stamp(now))\(BackupFolder.suffix)"
        let file = folder + "/" + name
        let path = path
        let result: Result<Int, any Error> = await withCheckedContinuation { continuation in
            DispatchQueue.global(qos: .utility).async {
                continuation.resume(returning: Result { try Self.copy(path, to: file, in: folder) })
            }
        }
        switch result {
        case .success(let bytes): return (file, bytes)
        case .failure(let error):
            throw StorageError(.unavailable, "no backup could be made in \(folder): \(error)")
        }
    }

    private static func copy(_ path: String, to file: String, in folder: String) throws -> Int {
        let files = FileManager.default
        try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let partial = file + ".partial"
        try? files.removeItem(atPath: partial)
        do {
            let source = try reader(path)
            let copy = try DatabaseQueue(path: partial)
            try source.backup(to: copy)
            try copy.writeWithoutTransaction { database in
                // One file that needs no log beside it.
                _ = try String.fetchOne(database, sql: "PRAGMA journal_mode = DELETE")
                try check(partial, database)
            }
            try copy.close()
            try source.close()
            try synchronize(partial)
            try files.moveItem(atPath: partial, toPath: file)
            try synchronize(folder)
        } catch {
            try? files.removeItem(atPath: partial)
            throw error
        }
        return (try files.attributesOfItem(atPath: file)[.size] as? Int) ?? 0
    }

    /// Has the system write a file or folder to its disk.
    private static func synchronize(_ path: String) throws {
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw CocoaError(.fileReadUnknown) }
        defer { Glibc.close(descriptor) }
        guard fsync(descriptor) == 0 else { throw CocoaError(.fileWriteUnknown) }
    }
}
