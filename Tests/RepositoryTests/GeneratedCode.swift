import Foundation

/// The C code that Debian's protoc-c makes of the files in Sources/CPrometheusProto.
struct GeneratedCode {
    static let folder = "Sources/CPrometheusProto"
    static let sources = ["metrics", "remote"]

    /// What a run of a program left behind.
    struct Failure: Error {
        let output: String
    }

    /// Generated file by its path in the repository.
    let files: [String: Data]

    /// Runs protoc-c on the repository's .proto files, into a folder of its own.
    init(root: String) throws {
        let output = FileManager.default.temporaryDirectory.appendingPathComponent("weir-protoc-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: output, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: output) }

        let compiler = Process()
        compiler.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        compiler.currentDirectoryURL = URL(fileURLWithPath: "\(root)/\(Self.folder)")
        compiler.arguments = ["protoc-c", "--c_out=\(output.path)"] + Self.sources.map { "\($0).proto" }
        let messages = Pipe()
        compiler.standardError = messages
        try compiler.run()
        let text = String(decoding: messages.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        compiler.waitUntilExit()
        guard compiler.terminationStatus == 0 else { throw Failure(output: text) }

        var files: [String: Data] = [:]
        for source in Self.sources {
            for (name, place) in [("\(source).pb-c.c", ""), ("\(source).pb-c.h", "include/")] {
                files["\(Self.folder)/\(place)\(name)"] = try Data(contentsOf: output.appendingPathComponent(name))
            }
        }
        self.files = files
    }
}
