import Appliance
import Foundation

/// Two orchestrators on one database, and the engines that either has started.
final class OrchestratorPair: Sendable {
    let directory: URL
    let ports: [Int]
    let proxyPort: Int
    private let enginePorts: ClosedRange<Int>
    private let mark = "WEIR_TEST_PAIR=\(UUID().uuidString)"
    private let settings: [String: String]

    private init(directory: URL, ports: [Int], enginePorts: ClosedRange<Int>, settings: [String: String]) {
        self.directory = directory
        self.enginePorts = enginePorts
        self.ports = Array(ports[0...1])
        proxyPort = ports[2]
        self.settings = settings
    }

    static func around(
        _ settings: [String: String] = [:], _ body: (OrchestratorPair) async throws -> Void
    ) async throws {
        let directory = try ApplianceRun.makeDirectory()
        defer { try? FileManager.default.removeItem(at: directory) }
        let firstPort = 10_000 + 100 * Int.random(in: 0..<90)
        let base = [
            "STANDBY": "true", "LEADER_LEASE_S": "3", "MIN_REPLICAS": "2", "MAX_REPLICAS": "6",
            "AUTOSCALE_INTERVAL_S": "1", "HEALTH_CHECK_INTERVAL_S": "1",
            "PORT_RANGE_HOST": "\(firstPort)-\(firstPort + 99)",
            "DB_URL": "sqlite:///\(directory.path)/state.db",
            "ENGINE_STATE_DIR": directory.appending(path: "engines").path,
        ]
        let pair = OrchestratorPair(
            directory: directory, ports: try ServiceRun.freePorts(), enginePorts: firstPort...firstPort + 99,
            settings: base.merging(settings) { $1 })
        let outcome: Result<Void, any Error>
        do {
            try await body(pair)
            outcome = .success(())
        } catch {
            outcome = .failure(Overdue(description: "\(error); they printed: \(pair.output)"))
        }
        let programs = ProcessTable.carrying(pair.mark, in: ProcessTable.entries())
        for pid in programs { kill(pid, SIGKILL) }
        // Nobody is left who could start another one.
        for pid in pair.engineProcesses { kill(pid, SIGKILL) }
        try outcome.get()
    }

    private var output: String {
        let logs = (try? FileManager.default.contentsOfDirectory(at: directory, includingPropertiesForKeys: nil)) ?? []
        return logs.filter { $0.pathExtension == "log" }
            .map { "\n\($0.lastPathComponent):\n" + ((try? String(contentsOf: $0, encoding: .utf8)) ?? "") }.joined()
    }

    /// Starts one of the two.
    func start(_ index: Int, log: String? = nil) throws -> SpawnedProgram {
        try program("weir-orchestrator", ["APP_PORT": "\(ports[index])"], log: log ?? "orchestrator\(index).log")
    }

    func startProxy() throws -> SpawnedProgram {
        try program(
            "weir-proxy",
            [
                "ACEXY_LISTEN_ADDR": "127.0.0.1:\(proxyPort)", "ACEXY_ORCH_URL": "http://127.0.0.1:\(ports[0])",
            ], log: "proxy.log")
    }

    private func program(_ name: String, _ environment: [String: String], log: String) throws -> SpawnedProgram {
        let parts = mark.split(separator: "=").map(String.init)
        let common = ["PATH": SpawnedProgram.searchPath, "HOME": directory.path, parts[0]: parts[1]]
        return try SpawnedProgram(
            try ApplianceRun.products().appending(path: name).path, [],
            environment: common.merging(settings) { $1 }.merging(environment) { $1 },
            log: directory.appending(path: log))
    }

    func ask(_ index: Int, _ path: String, _ options: [String] = []) async throws -> ServiceRun.Reply {
        try await ServiceRun.curl("http://127.0.0.1:\(ports[index])\(path)", options, in: directory)
    }

    func isReady(_ index: Int) async throws -> Bool { try await ask(index, "/health/ready").status == 200 }

    func engines(_ index: Int) async throws -> [Documents.Engine] {
        try ApplianceRun.decode([Documents.Engine].self, from: try await ask(index, "/engines").body)
    }

    func streams(_ index: Int) async throws -> [Documents.Stream] {
        try ApplianceRun.decode([Documents.Stream].self, from: try await ask(index, "/streams?status=started").body)
    }

    /// Waits until so many engines are healthy.
    func settle(_ index: Int, _ count: Int) async throws {
        try await eventually("\(count) engines are healthy", within: .seconds(60)) {
            let engines = try await engines(index)
            return engines.count == count && engines.allSatisfy(\.isHealthy)
        }
    }

    /// Processes of engines: told by their ports, since engines do not get our environment.
    var engineProcesses: Set<pid_t> {
        Set(
            ProcessTable.entries().map(\.pid).filter { pid in
                let line = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") ?? Data()
                let words = line.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
                guard words.first?.hasSuffix("/weir-engine") == true, let flag = words.firstIndex(of: "--port"),
                    flag + 1 < words.count, let port = Int(words[flag + 1])
                else { return false }
                return enginePorts.contains(port)
            })
    }
}
