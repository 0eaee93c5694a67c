import Glibc

/// An exclusive lock on a data directory, held until the process ends.
struct StateLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock without waiting. The file names the holder's process.
    init(_ state: StateDirectory) throws(ApplianceError) {
        descriptor = open(state.lock, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw ApplianceError("cannot open \(state.lock): \(ApplianceError.describe(errno))")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            var buffer = [UInt8](repeating: 0, count: 32)
            let count = max(0, read(descriptor, &buffer, buffer.count))
            let holder = String(decoding: buffer[..<count], as: UTF8.self)
            close(descriptor)
            throw ApplianceError(
                "\(state.path) is in use by another `weir up` (process \(holder)); stop it or use --data")
        }
        let text = Array(String(getpid()).utf8)
        guard ftruncate(descriptor, 0) == 0, write(descriptor, text, text.count) == text.count else {
            throw ApplianceError("cannot write \(state.lock): \(ApplianceError.describe(errno))")
        }
    }
}
