import Foundation

/// A channel file in a folder of its own.
struct ChannelListFile {
    let path: String
    private let folder: URL

    init(_ text: String, name: String = "channels.m3u") throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "weir-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.appending(path: name).path
        try replace(text)
    }

    var environment: [String: String] { ["CHANNELS_FILE": path] }

    /// Puts a new file in the place of the old one, in one step.
    func replace(_ text: String) throws {
        try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
    }

    /// Writes into the same file.
    func overwrite(_ text: String) throws {
        try Data(text.utf8).write(to: URL(filePath: path))
    }

    func delete() {
        try? FileManager.default.removeItem(atPath: path)
    }

    func remove() {
        try? FileManager.default.removeItem(at: folder)
    }
}
