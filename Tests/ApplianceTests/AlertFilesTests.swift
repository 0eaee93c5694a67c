import Appliance
import Foundation
import Testing

/// Prometheus's and Alertmanager's own judges on the shipped files.
@Suite struct AlertFilesTests {
    private let root = URL(fileURLWithPath: #filePath).appending(path: "../../..").standardizedFileURL

    /// Runs a program to its end; its exit code and output.
    private func run(_ path: String, _ arguments: [String]) async throws -> (code: Int32, output: String) {
        let log = FileManager.default.temporaryDirectory.appending(path: "weir-\(UUID().uuidString).log").path
        defer { try? FileManager.default.removeItem(atPath: log) }
        let pid = try Program(
            path: path, arguments: arguments, environment: ProcessInfo.processInfo.environment, log: log
        ).spawn()
        let deadline = ContinuousClock.now + .seconds(180)
        var status: Int32 = 0
        while waitpid(pid, &status, WNOHANG) != pid {
            if ContinuousClock.now > deadline { kill(pid, SIGKILL) }
            try await Task.sleep(for: .milliseconds(20))
        }
        return (status, try String(contentsOfFile: log, encoding: .utf8))
    }

    private func files(_ folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: root.appending(path: folder).path)
            .filter { $0.hasSuffix(".yml") }.sorted().map { root.appending(path: folder + "/" + $0).path }
    }

    @Test func prometheusAcceptsTheConfigurationAndItsRules() async throws {
        let result = try await run(
            "/usr/bin/promtool", ["check", "config", root.appending(path: "deploy/prometheus.yml").path])
        #expect(result.code == 0, "\(result.output)")
        let count = try files("alerts/rules").count
        #expect(result.output.contains("\(count) rule files found"))
    }

    @Test func theRuleTestsPass() async throws {
        let result = try await run("/usr/bin/promtool", ["test", "rules"] + files("alerts/tests"))
        #expect(result.code == 0, "\(result.output)")
    }

    @Test func alertmanagerAcceptsItsConfiguration() async throws {
        let result = try await run(
            "/usr/bin/amtool", ["check-config", root.appending(path: "alerts/alertmanager.yml").path])
        #expect(result.code == 0, "\(result.output)")
    }
}
