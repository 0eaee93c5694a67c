import Glibc

/// A file's bytes, mapped read-only; they stay valid as long as the object lives.
final class MappedFile: @unchecked Sendable {
    // Immutable after the initialiser; the mapping is never written.
    let bytes: UnsafeRawBufferPointer

    /// Maps a whole file; throws a `SimulatedEngineError` that says why it cannot.
    init(path: String) throws(SimulatedEngineError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .source(path: path, reason: String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw .source(path: path, reason: "is not a regular file")
        }
        guard status.st_size > 0 else { throw .source(path: path, reason: "is empty") }
        let length = Int(status.st_size)
        guard let base = mmap(nil, length, PROT_READ, MAP_PRIVATE, descriptor, 0), base != MAP_FAILED else {
            throw .source(path: path, reason: String(cString: strerror(errno)))
        }
        madvise(base, length, MADV_WILLNEED)
        bytes = UnsafeRawBufferPointer(start: base, count: length)
    }

    deinit {
        munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
    }
}
