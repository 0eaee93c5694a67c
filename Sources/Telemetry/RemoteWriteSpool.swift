internal import Glibc

/// A folder of requests, one file each. Every call blocks.
///
/// A file's name holds its place in the order and the number of its samples: `SEQUENCE-SAMPLES.request`, the sequence
/// with 20 digits. A request is there whole or not at all, also after a power cut.
package struct RemoteWriteSpool: ~Copyable {
    package struct Failure: Error, Sendable, Hashable, CustomStringConvertible {
        package let description: String
    }

    private static let suffix = ".request"
    private static let draftSuffix = ".new"
    /// Held for as long as this value lives: two senders would send and delete each other's requests.
    private let lock: Int32
    private let folder: String

    /// Opens the folder for this process alone; makes it, readable by its owner only, when it does not exist.
    package init(folder: String) throws(Failure) {
        try Self.create(folder)
        lock = try Self.lock(folder)
        self.folder = folder
    }

    deinit {
        // Closing alone is not enough while a child that is being started has a copy of the descriptor.
        flock(lock, LOCK_UN)
        close(lock)
    }

    /// What is in the folder. What an interrupted write left behind is deleted.
    package func entries() throws(Failure) -> [RemoteWriteQueue.Entry] {
        guard let stream = opendir(folder) else { throw Self.failure("open", folder) }
        defer { closedir(stream) }
        var entries: [RemoteWriteQueue.Entry] = []
        while let item = readdir(stream) {
            let name = withUnsafeBytes(of: item.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(Self.draftSuffix) { unlink("\(folder)/\(name)") }
            guard name.hasSuffix(Self.suffix) else { continue }
            let parts = name.dropLast(Self.suffix.count).split(separator: "-", omittingEmptySubsequences: false)
            var status = stat()
            guard parts.count == 2, let sequence = UInt64(parts[0]), let samples = Int(parts[1]), samples >= 0,
                stat("\(folder)/\(name)", &status) == 0
            else { continue }
            entries.append(
                RemoteWriteQueue.Entry(
                    sequence: sequence, bytes: Int(status.st_size), samples: samples, place: .spool))
        }
        return entries
    }

    /// After this call the request is in the folder, also after a power cut; when it throws, it is not.
    package func write(_ entry: RemoteWriteQueue.Entry, _ body: [UInt8]) throws(Failure) {
        let path = path(entry)
        let draft = path + Self.draftSuffix
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure("create", draft) }
        do throws(Failure) {
            defer { close(descriptor) }
            try Self.write(body, to: descriptor, path: draft)
            if fsync(descriptor) != 0 { throw Self.failure("sync", draft) }
            if rename(draft, path) != 0 { throw Self.failure("rename", draft) }
        } catch {
            unlink(draft)
            throw error
        }
        let directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw Self.failure("open", folder) }
        defer { close(directory) }
        if fsync(directory) != 0 { throw Self.failure("sync", folder) }
    }

    package func read(_ entry: RemoteWriteQueue.Entry) throws(Failure) -> [UInt8] {
        let path = path(entry)
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.failure("open", path) }
        defer { close(descriptor) }
        var body = [UInt8](repeating: 0, count: entry.bytes)
        var offset = 0
        while offset < body.count {
            let count = body.withUnsafeMutableBytes { bytes in
                Glibc.read(descriptor, bytes.baseAddress?.advanced(by: offset), bytes.count - offset)
            }
            if count < 0 && errno != EINTR { throw Self.failure("read", path) }
            if count == 0 { throw Failure(description: "\(path) has become shorter") }
            offset += max(count, 0)
        }
        return body
    }

    /// A request that is not there is no error: nothing else can be done about it.
    package func delete(_ entry: RemoteWriteQueue.Entry) {
        unlink(path(entry))
    }

    private func path(_ entry: RemoteWriteQueue.Entry) -> String {
        let digits = String(entry.sequence)
        return "\(folder)/\(String(repeating: "0", count: 20 - digits.count))\(digits)-\(entry.samples)\(Self.suffix)"
    }

    private static func write(_ body: [UInt8], to descriptor: Int32, path: String) throws(Failure) {
        var offset = 0
        while offset < body.count {
            let count = body.withUnsafeBytes { bytes in
                Glibc.write(descriptor, bytes.baseAddress?.advanced(by: offset), bytes.count - offset)
            }
            if count < 0 && errno != EINTR { throw failure("write", path) }
            offset += max(count, 0)
        }
    }

    private static func create(_ path: String) throws(Failure) {
        if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
            throw failure("create folder", path)
        }
        try create(String(path[..<slash]))
        if mkdir(path, 0o700) != 0 && errno != EEXIST { throw failure("create folder", path) }
    }

    private static func lock(_ folder: String) throws(Failure) -> Int32 {
        let path = folder + "/lock"
        let lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0 else { throw failure("open", path) }
        if flock(lock, LOCK_EX | LOCK_NB) == 0 { return lock }
        let isTaken = errno == EWOULDBLOCK
        let failure = failure("lock", path)
        close(lock)
        throw isTaken ? Failure(description: "\(folder) is in use by another process") : failure
    }

    /// An error made of `errno`, to be called right after the call that failed.
    private static func failure(_ action: String, _ path: String) -> Failure {
        Failure(description: "cannot \(action) \(path): \(String(cString: strerror(errno)))")
    }
}
