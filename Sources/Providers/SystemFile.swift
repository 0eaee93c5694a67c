internal import Glibc

/// Whole-file reads and writes whose failures name the path and the reason.
enum SystemFile {
    /// The whole content, or nil when the file does not exist. Works for `/proc`, whose files have no size.
    static func read(_ path: String) throws(ProviderError) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        if descriptor < 0 {
            if errno == ENOENT { return nil }
            throw failure("open", path)
        }
        defer { close(descriptor) }
        var content: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16384)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count > 0 { content.append(contentsOf: chunk[..<count]) }
            if count == 0 { return content }
            if count < 0 && errno != EINTR { throw failure("read", path) }
        }
    }

    /// After this call `path` holds `content`, also after a power cut; before it, what it held. Never a part.
    static func replace(_ path: String, with content: [UInt8]) throws(ProviderError) {
        let draft = path + ".new"
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        if descriptor < 0 { throw failure("create", draft) }
        do throws(ProviderError) {
            defer { close(descriptor) }
            try write(content, to: descriptor, path: draft)
            if fsync(descriptor) != 0 { throw failure("sync", draft) }
            if rename(draft, path) != 0 { throw failure("rename", draft) }
        } catch {
            unlink(draft)
            throw error
        }
        try syncFolder(of: path)
    }

    /// The names in a folder; none when it does not exist.
    static func names(in folder: String) throws(ProviderError) -> [String] {
        guard let stream = opendir(folder) else {
            if errno == ENOENT { return [] }
            throw failure("open", folder)
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }

    /// Creates a folder and those above it, readable by the owner only. One that exists is left as it is.
    static func createFolder(_ path: String) throws(ProviderError) {
        if mkdir(path, 0o700) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
            throw failure("create folder", path)
        }
        try createFolder(String(path[..<slash]))
        if mkdir(path, 0o700) != 0 && errno != EEXIST { throw failure("create folder", path) }
    }

    /// Deletes a file; one that does not exist is no error.
    static func delete(_ path: String) throws(ProviderError) {
        if unlink(path) != 0 && errno != ENOENT { throw failure("delete", path) }
    }

    /// An error made of `errno`, to be called right after the call that failed.
    static func failure(_ action: String, _ path: String) -> ProviderError {
        ProviderError(code: .unavailable, message: "cannot \(action) \(path): \(String(cString: strerror(errno)))")
    }

    private static func write(_ content: [UInt8], to descriptor: Int32, path: String) throws(ProviderError) {
        var offset = 0
        while offset < content.count {
            let count = content.withUnsafeBytes { bytes in
                Glibc.write(descriptor, bytes.baseAddress?.advanced(by: offset), bytes.count - offset)
            }
            if count >= 0 {
                offset += count
            } else if errno != EINTR {
                throw failure("write", path)
            }
        }
    }

    private static func syncFolder(of path: String) throws(ProviderError) {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if descriptor < 0 { throw failure("open", folder) }
        defer { close(descriptor) }
        if fsync(descriptor) != 0 { throw failure("sync", folder) }
    }
}
