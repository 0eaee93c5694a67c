import Foundation

/// An independent reader of gzip: the machine's own.
enum Gunzip {
    struct Failure: Error {
        let status: Int32
    }

    static func inflated(_ bytes: [UInt8]) throws -> [UInt8] {
        let folder = FileManager.default.temporaryDirectory
        let path = folder.appending(component: "weir-\(UUID().uuidString).gz")
        try Data(bytes).write(to: path)
        defer { try? FileManager.default.removeItem(at: path) }
        let gzip = Process()
        gzip.executableURL = URL(filePath: "/bin/gzip")
        gzip.arguments = ["-dc", path.path()]
        let output = Pipe()
        gzip.standardOutput = output
        try gzip.run()
        let inflated = try output.fileHandleForReading.readToEnd() ?? Data()
        gzip.waitUntilExit()
        guard gzip.terminationStatus == 0 else { throw Failure(status: gzip.terminationStatus) }
        return Array(inflated)
    }
}
