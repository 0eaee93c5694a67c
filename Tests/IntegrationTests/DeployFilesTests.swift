import Foundation
import Testing

/// The files of deploy/ against the tools that read them.
@Suite struct DeployFilesTests {
    private static let deploy = Balancer.deploy

    private func text(_ path: String) throws -> String {
        try String(contentsOf: Self.deploy.appending(path: path), encoding: .utf8)
    }

    private func expectClean(_ words: [String], sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let call = try await SpawnedProgram.run(["env", "PATH=\(path)"] + words, within: .seconds(60))
        #expect(call.exitCode == 0, "\(words.joined(separator: " ")): \(call.output)", sourceLocation: sourceLocation)
    }

    /// Debian's tools, and those from PyPI that deploy/test installs.
    private var path: String {
        let readers = Self.deploy.deletingLastPathComponent().appending(path: ".build/readers/bin").path
        return "\(readers):\(SpawnedProgram.searchPath):/usr/sbin:/sbin"
    }

    @Test func scriptsAreCleanToShellcheck() async throws {
        let scripts = ["up", "test", "packages", "rolling-restart", "build-programs", "local-images"]
        try await expectClean(
            ["shellcheck", "-x", "-P", Self.deploy.path] + scripts.map { Self.deploy.appending(path: $0).path })
    }

    @Test func theImageIsCleanToHadolint() async throws {
        try await expectClean(["hadolint", Self.deploy.appending(path: "Dockerfile").path])
    }

    @Test func composeFilesAreCleanToYamllint() async throws {
        let rules =
            "{extends: default, rules: {line-length: {max: 120}, document-start: disable, "
            + "braces: {max-spaces-inside: 0}, truthy: {check-keys: false}}}"
        let files = [
            "docker-compose.yml", "docker-compose.gluetun.yml", "swarm-stack.yml", "compose/prometheus.yml",
            "compose/prometheus-swarm.yml",
            "compose/alertmanager.yml", "compose/grafana-datasource.yml",
        ]
        try await expectClean(["yamllint", "-s", "-d", rules] + files.map { Self.deploy.appending(path: $0).path })
    }

    @Test func theSocketProxyAndTheAlertmanagerTakeTheirFiles() async throws {
        try await expectClean(["haproxy", "-c", "-f", Self.deploy.appending(path: "docker-socket-proxy.cfg").path])
        try await expectClean([
            "promtool", "check", "config", "--syntax-only", Self.deploy.appending(path: "compose/prometheus.yml").path,
        ])
        try await expectClean(["amtool", "check-config", Self.deploy.appending(path: "compose/alertmanager.yml").path])
    }

    /// What Compose gives Prometheus is what everybody else gets, but for the addresses, and for the list of proxies
    /// that the orchestrator keeps: Compose knows its own.
    @Test func prometheusOfComposeIsTheShippedOne() throws {
        func body(_ path: String) throws -> [String] {
            let left = ["http_sd_configs:", "- url: http://", "refresh_interval:", "#"]
            return try text(path).split(separator: "\n").map(String.init).filter { line in
                !left.contains { line.trimmingCharacters(in: .whitespaces).hasPrefix($0) }
            }
        }
        let expected = try body("prometheus.yml").map { line in
            line.replacing("../alerts/rules/*.yml", with: "/etc/weir/rules/*.yml")
                .replacing("\"127.0.0.1:9093\"", with: "\"alertmanager:9093\"")
                .replacing("\"127.0.0.1:8080\"", with: "\"proxy-1:8080\", \"proxy-2:8080\"")
                .replacing("\"127.0.0.1:8000\"", with: "\"orchestrator:8000\"")
        }
        #expect(try body("compose/prometheus.yml") == expected)
    }

    @Test func unitsAreValidAndHardened() async throws {
        let directory = try ApplianceRun.makeDirectory()
        defer { try? FileManager.default.removeItem(at: directory) }
        let programs = try ApplianceRun.products().path
        for unit in ["weir-proxy.service", "weir-orchestrator.service"] {
            let adjusted = directory.appending(path: unit)
            try text("systemd/\(unit)").replacing("/usr/bin/weir", with: "\(programs)/weir")
                .write(to: adjusted, atomically: true, encoding: .utf8)
            try await expectClean(["systemd-analyze", "verify", "--man=no", adjusted.path])
            try await expectClean([
                "systemd-analyze", "security", "--offline=yes", "--threshold=25", adjusted.path,
            ])
        }
    }
}
