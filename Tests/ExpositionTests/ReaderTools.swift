import Foundation

/// Programs that read expositions and share no code with the library.
enum ReaderTools {
    /// A Python with what `deploy/test` installs from PyPI.
    static var python: String {
        get throws {
            let path = root.appending(path: ".build/readers/bin/python").path
            guard FileManager.default.isExecutableFile(atPath: path) else {
                throw Missing(description: "\(path) is missing; `deploy/test` makes it")
            }
            return path
        }
    }

    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static let messages = root.appending(path: "Sources/CPrometheusProto/metrics.proto")
    static let reader = root.appending(path: "Tests/ExpositionTests/Readers/read_expositions.py")

    /// Runs a program to its end; its output is that of both streams.
    static func run(_ path: String, _ arguments: [String]) async throws -> (exitCode: Int32, output: String) {
        let log = FileManager.default.temporaryDirectory.appending(path: "weir-reader-\(UUID().uuidString)")
        try Data().write(to: log)
        defer { try? FileManager.default.removeItem(at: log) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        let output = try FileHandle(forWritingTo: log)
        process.standardOutput = output
        process.standardError = output
        return try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { process in
                let text = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
                continuation.resume(returning: (process.terminationStatus, text))
            }
            do {
                try process.run()
            } catch {
                process.terminationHandler = nil
                continuation.resume(throwing: error)
            }
        }
    }
}
