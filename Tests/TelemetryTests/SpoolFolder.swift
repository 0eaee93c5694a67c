import Foundation

/// An empty folder for one test.
struct SpoolFolder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("weir-spool-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    func delete() {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The names of the requests in a folder below.
    func requests(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(path)/\(folder)").filter { $0.hasSuffix(".request") }
    }

    /// Waits until the sender that used a folder is gone for good.
    func unlocked(_ folder: String) async throws {
        let descriptor = open("\(path)/\(folder)/lock", O_RDWR | O_CLOEXEC)
        defer { close(descriptor) }
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 { try await Task.sleep(for: .milliseconds(1)) }
        flock(descriptor, LOCK_UN)
    }

    func size(_ name: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: "\(path)/\(name)")
        return attributes[.size] as? Int ?? 0
    }
}
