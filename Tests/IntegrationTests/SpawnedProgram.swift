import Appliance
import Foundation
import Synchronization

/// A program that a test has started; what it prints goes to a file.
final class SpawnedProgram: Sendable {
    let pid: pid_t
    private let log: URL
    private let status = Mutex<Int32?>(nil)

    init(_ path: String, _ arguments: [String], environment: [String: String], log: URL) throws {
        self.log = log
        pid = try Program(path: path, arguments: arguments, environment: environment, log: log.path).spawn()
    }

    /// All it has printed so far.
    var output: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }

    /// The exit code, 128 and the signal's number after a signal; nil while it runs.
    var exitCode: Int32? {
        status.withLock { status in
            if status == nil {
                var raw: Int32 = 0
                if waitpid(pid, &raw, WNOHANG) == pid { status = raw }
            }
            return status.map { $0 & 0x7f == 0 ? ($0 >> 8) & 0xff : 128 + $0 & 0x7f }
        }
    }

    func send(_ signal: Int32) {
        if exitCode == nil { kill(pid, signal) }
    }

    /// Waits for the end.
    func ended(within limit: Duration) async throws -> Int32 {
        try await eventually("process \(pid) ends; it printed: \(output)", within: limit) { exitCode }
    }

    /// Runs a tool of the search path to its end, at most `limit`. Its output is that of both streams.
    static func run(_ words: [String], within limit: Duration) async throws -> (exitCode: Int32, output: String) {
        let log = FileManager.default.temporaryDirectory.appending(path: "weir-tool-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: log) }
        let tool = try SpawnedProgram(
            "/usr/bin/env", words, environment: ["PATH": searchPath, "HOME": "/nonexistent"], log: log)
        do {
            let code = try await tool.ended(within: limit)
            return (code, tool.output)
        } catch {
            // It leads a session of its own: its children go with it.
            kill(-tool.pid, SIGKILL)
            while tool.exitCode == nil { await Task.yield() }
            throw error
        }
    }

    static var searchPath: String { ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin" }
}
