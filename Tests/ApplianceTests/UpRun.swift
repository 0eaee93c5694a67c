import Appliance
import Foundation
import Testing

/// One run of the real `weir up` in a directory of its own, with shell scripts in the place of all other programs.
final class UpRun {
    let directory: URL
    private var pid: pid_t?

    /// `scripts` replaces or adds the body of a program by name; every program not named sleeps.
    init(scripts: [String: String] = [:]) throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "weir-up-\(UUID().uuidString)")
        var bodies = Dictionary(
            uniqueKeysWithValues: [
                "weir-orchestrator", "weir-proxy", "weir-engine", "prometheus", "prometheus-alertmanager",
            ]
            .map { ($0, "exec sleep 300") })
        // The last argument is the file to make.
        bodies["ffmpeg"] = "for file; do :; done; echo video > \"$file\""
        bodies.merge(scripts) { _, new in new }
        try FileManager.default.createDirectory(at: bin, withIntermediateDirectories: true)
        for (name, body) in bodies where !body.isEmpty {
            let path = bin.appending(path: name).path
            try "#!/bin/sh\n\(body)\n".write(toFile: path, atomically: true, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        }
    }

    deinit {
        if let pid {
            kill(pid, SIGTERM)
            waitpid(pid, nil, 0)
        }
        try? FileManager.default.removeItem(at: directory)
    }

    private var bin: URL { directory.appending(path: "bin") }
    var data: URL { directory.appending(path: "data") }
    var output: String { (try? String(contentsOf: directory.appending(path: "out"), encoding: .utf8)) ?? "" }

    /// Starts `weir up` with free ports unless others are asked for.
    func start(_ arguments: [String] = [], environment: [String: String] = [:]) throws {
        let project = URL(fileURLWithPath: #filePath).appending(path: "../../..").standardizedFileURL.path
        let ports = Component.allCases.map { "--\($0.rawValue)-port=0" }
        let program = Program(
            path: try products().appending(path: "weir").path,
            arguments: ["up", "--bin", bin.path, "--project", project, "--data", data.path] + ports + arguments,
            environment: ["PATH": bin.path + ":/usr/bin:/bin"].merging(environment) { _, new in new },
            log: directory.appending(path: "out").path)
        pid = try program.spawn()
    }

    func send(_ signal: Int32) {
        if let pid { kill(pid, signal) }
    }

    /// The exit code; nil when `weir up` has not ended within `limit`.
    func exitCode(within limit: Duration = .seconds(30)) async throws -> Int32? {
        let pid = try #require(pid)
        let deadline = ContinuousClock.now + limit
        var status: Int32 = 0
        while waitpid(pid, &status, WNOHANG) != pid {
            guard ContinuousClock.now < deadline else { return nil }
            try await Task.sleep(for: .milliseconds(20))
        }
        self.pid = nil
        return status & 0x7f == 0 ? (status >> 8) & 0xff : 128 + status & 0x7f
    }

    /// Waits until `condition` holds.
    func wait(within limit: Duration = .seconds(30), for condition: () -> Bool) async throws {
        let deadline = ContinuousClock.now + limit
        while !condition() {
            try #require(ContinuousClock.now < deadline, "still waiting; output so far: \(output)")
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Processes of this run that are still there.
    func leftovers() throws -> Set<pid_t> {
        let identity = try String(contentsOf: data.appending(path: "identity"), encoding: .utf8)
        return ProcessTable.carrying(
            "WEIR_APPLIANCE=" + identity.trimmingCharacters(in: .newlines), in: ProcessTable.entries())
    }

    /// Where the package's programs are built: beside the test bundle.
    private func products() throws -> URL {
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let candidates = [tests, CommandLine.arguments.first ?? "", CommandLine.arguments.last ?? ""]
        let directories = candidates.map { URL(fileURLWithPath: $0).deletingLastPathComponent() }
        return try #require(
            directories.first { FileManager.default.isExecutableFile(atPath: $0.appending(path: "weir").path) })
    }
}
