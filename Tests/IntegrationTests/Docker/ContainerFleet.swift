import Foundation
import Outbound
import Synchronization
import Testing

/// An orchestrator whose engines are containers, and a proxy in front of them.
final class ContainerFleet: Sendable {
    private struct Programs {
        var orchestrator: SpawnedProgram?
        var proxy: SpawnedProgram?
    }

    private static let key = "secret"

    let directory: URL
    private let orchestratorPort: Int
    private let proxyPort: Int
    private let settings: [String: String]
    private let programs = Mutex(Programs())

    private init(directory: URL, ports: [Int], settings: [String: String]) {
        self.directory = directory
        orchestratorPort = ports[0]
        proxyPort = ports[1]
        self.settings = settings
    }

    /// - Parameter settings: those of the orchestrator that tell it of the daemon.
    static func around(_ settings: [String: String], _ body: (ContainerFleet) async throws -> Void) async throws {
        let directory = try ApplianceRun.makeDirectory()
        defer { try? FileManager.default.removeItem(at: directory) }
        let fleet = ContainerFleet(directory: directory, ports: try ServiceRun.freePorts(), settings: settings)
        let outcome: Result<Void, any Error>
        do {
            try await fleet.startOrchestrator()
            try await fleet.startProxy()
            try await body(fleet)
            outcome = .success(())
        } catch {
            outcome = .failure(Overdue(description: "\(error); the orchestrator printed: \(fleet.lastLines)"))
        }
        let running = fleet.programs.withLock { [$0.proxy, $0.orchestrator].compactMap(\.self) }
        for program in running { await ServiceRun.end(program, in: directory) }
        try outcome.get()
    }

    private var lastLines: String {
        let output = programs.withLock { $0.orchestrator?.output ?? "" }
        return output.split(separator: "\n").suffix(30).joined(separator: "\n")
    }

    /// Settings of an orchestrator of a daemon.
    static func settings(_ daemon: DockerDaemon, provider: String = "docker") -> [String: String] {
        let firstPort = 10_000 + 100 * Int.random(in: 0..<90)
        return [
            "ENGINE_PROVIDER": provider, "DOCKER_HOST": "unix://\(daemon.socket)", "TARGET_IMAGE": DockerDaemon.image,
            "ENGINE_PUBLISH_ADDRESS": daemon.node.address, "PORT_RANGE_HOST": "\(firstPort)-\(firstPort + 99)",
            "ENGINE_STOP_TIMEOUT_S": "3", "MIN_REPLICAS": "0", "MAX_REPLICAS": "20", "ENGINE_GRACE_PERIOD_S": "1",
            "MIN_PROVISION_INTERVAL_S": "0", "HEALTH_CHECK_INTERVAL_S": "1", "STARTUP_TIMEOUT_S": "30",
        ]
    }

    // MARK: Programs

    func startOrchestrator() async throws {
        let own = [
            "PATH": SpawnedProgram.searchPath, "HOME": directory.path, "APP_PORT": "\(orchestratorPort)",
            "API_KEY": Self.key, "DB_URL": "sqlite:///\(directory.appending(path: "state.db").path)",
        ]
        let program = try SpawnedProgram(
            try ApplianceRun.products().appending(path: "weir-orchestrator").path, [],
            environment: own.merging(settings) { $1 }, log: directory.appending(path: "orchestrator.log"))
        programs.withLock { $0.orchestrator = program }
        try await eventually("the orchestrator answers: \(program.output)", within: .seconds(60)) {
            try await self.get("/engines").status == 200
        }
    }

    func killOrchestrator() async throws {
        let program = programs.withLock { $0.orchestrator }
        program?.send(SIGKILL)
        _ = try await program?.ended(within: .seconds(30))
    }

    private func startProxy() async throws {
        let program = try SpawnedProgram(
            try ApplianceRun.products().appending(path: "weir-proxy").path, [],
            environment: [
                "PATH": SpawnedProgram.searchPath, "HOME": directory.path,
                "ACEXY_LISTEN_ADDR": "127.0.0.1:\(proxyPort)", "ACEXY_HOST": "127.0.0.1", "ACEXY_PORT": "1",
                "ACEXY_ORCH_URL": "http://127.0.0.1:\(orchestratorPort)", "ACEXY_ORCH_APIKEY": Self.key,
            ], log: directory.appending(path: "proxy.log"))
        programs.withLock { $0.proxy = program }
        try await eventually("the proxy answers: \(program.output)", within: .seconds(60)) {
            try await ApplianceRun.client.send(OutboundRequest("GET", "http://127.0.0.1:\(self.proxyPort)/health"))
                .status == 200
        }
    }

    // MARK: Requests

    func play(_ number: Int) throws -> StreamReader {
        try StreamReader("http://127.0.0.1:\(proxyPort)/ace/getstream?id=\(ApplianceRun.content(number))")
    }

    func engines() async throws -> [Documents.Engine] {
        try ApplianceRun.decode([Documents.Engine].self, from: Data(try await get("/engines").body))
    }

    func streams() async throws -> [Documents.Stream] {
        try ApplianceRun.decode([Documents.Stream].self, from: Data(try await get("/streams?status=started").body))
    }

    func metric(_ line: String) async throws -> String? {
        let text = try await get("/metrics").text
        let found = text.split(separator: "\n").first { $0.hasPrefix(line + " ") }
        return found?.split(separator: " ").last.map(String.init)
    }

    func scale(to engines: Int) async throws {
        try await eventually("\(engines) engines are asked for", within: .seconds(30)) {
            try await self.send("POST", "/scale/\(engines)").status == 200
        }
    }

    func get(_ path: String) async throws -> OutboundResponse { try await send("GET", path) }

    private func send(_ method: String, _ path: String) async throws -> OutboundResponse {
        try await ApplianceRun.client.send(
            OutboundRequest(
                method, "http://127.0.0.1:\(orchestratorPort)\(path)",
                headers: [("Authorization", "Bearer \(Self.key)")], timeout: .seconds(5)))
    }
}
