import Foundation

/// Shows other processes of this machine that a leader's process is there: a byte of a file beside the database,
/// locked until the process ends, however it ends. Each leader has the byte of its own token.
final class LeaderLock: Sendable {
    private static let setLock: Int32 = 37  // F_OFD_SETLK: the lock belongs to the open file, not to the process.
    private static let getLock: Int32 = 36  // F_OFD_GETLK

    private let descriptor: Int32

    /// Takes the lock of a token. Nil when another process has it.
    /// - Throws: when the file beside the database cannot be used.
    static func take(_ token: Int64, of database: String) throws(StorageError) -> LeaderLock? {
        let descriptor = try file(of: database)
        var range = range(of: token)
        if fcntl(descriptor, setLock, &range) == 0 { return LeaderLock(descriptor: descriptor) }
        let number = errno
        Glibc.close(descriptor)
        if number == EAGAIN || number == EACCES { return nil }
        throw StorageError(.unavailable, "cannot lock \(name(of: database)): \(String(cString: strerror(number)))")
    }

    /// Whether a process has the lock of a token.
    static func isTaken(_ token: Int64, of database: String) throws(StorageError) -> Bool {
        let descriptor = try file(of: database)
        defer { Glibc.close(descriptor) }
        var range = range(of: token)
        guard fcntl(descriptor, getLock, &range) == 0 else {
            throw StorageError(
                .unavailable, "cannot look at \(name(of: database)): \(String(cString: strerror(errno)))")
        }
        return range.l_type != Int16(F_UNLCK)
    }

    private init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit { Glibc.close(descriptor) }

    private static func name(of database: String) -> String { database + "-leader" }

    private static func file(of database: String) throws(StorageError) -> Int32 {
        let descriptor = Glibc.open(name(of: database), O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw StorageError(
                .unavailable, "cannot open \(name(of: database)): \(String(cString: strerror(errno)))")
        }
        return descriptor
    }

    private static func range(of token: Int64) -> flock {
        var range = flock()
        range.l_type = Int16(F_WRLCK)
        range.l_whence = Int16(SEEK_SET)
        range.l_start = Int(token)
        range.l_len = 1
        return range
    }
}
