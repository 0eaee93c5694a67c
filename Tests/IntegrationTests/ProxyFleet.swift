import Foundation
import Synchronization
import Testing

/// Two proxies behind a balancer, and the engine that both use. A proxy that ends is started anew, as a service is.
final class ProxyFleet: Sendable {
    private struct State {
        var programs: [SpawnedProgram?] = [nil, nil]
    }

    /// What an engine counts.
    struct EngineState: Decodable {
        let sessionsOpened: Int
        let sessionsStopped: Int
        let openSessions: Int
    }

    let directory: URL
    let enginePort: Int
    let proxyPorts: [Int]
    let balancerPort: Int
    private let state = Mutex(State())

    private let settings: [String: String]

    private init(directory: URL, ports: [Int], settings: [String: String]) {
        self.directory = directory
        self.settings = settings
        enginePort = ports[0]
        proxyPorts = Array(ports[1...2])
        balancerPort = ports[3]
    }

    /// - Parameters:
    ///   - settings: further ones of both proxies.
    ///   - channels: what the channel file says that both have, if it is to be there.
    static func around(
        _ balancer: Balancer, settings: [String: String] = [:], channels: String? = nil,
        _ body: (ProxyFleet) async throws -> Void
    ) async throws {
        let directory = try ApplianceRun.makeDirectory()
        defer { try? FileManager.default.removeItem(at: directory) }
        var settings = settings
        if let channels {
            let file = directory.appending(path: "channels.m3u")
            try channels.write(to: file, atomically: true, encoding: .utf8)
            settings["CHANNELS_FILE"] = file.path
        }
        let fleet = ProxyFleet(directory: directory, ports: try ServiceRun.freePorts(), settings: settings)
        let engine = try SpawnedProgram(
            try ApplianceRun.products().appending(path: "weir-engine").path,
            ["--port", "\(fleet.enginePort)", "--bitrate", "1M"], environment: [:],
            log: directory.appending(path: "engine.log"))
        let supervisor = Task { await fleet.supervise() }
        var gate: SpawnedProgram?
        let outcome: Result<Void, any Error>
        do {
            try await eventually("both proxies answer") {
                for port in fleet.proxyPorts {
                    guard try await fleet.ask(port, "/health").status == 200 else { return false }
                }
                return true
            }
            let started = try balancer.start(
                listening: fleet.balancerPort, proxies: fleet.proxyPorts, in: directory)
            gate = started
            try await eventually("the balancer answers: \(started.output)") {
                try await fleet.ask(fleet.balancerPort, "/health").status == 200
            }
            try await body(fleet)
            outcome = .success(())
        } catch {
            outcome = .failure(Overdue(description: "\(error); the balancer printed: \(gate?.output ?? "nothing")"))
        }
        supervisor.cancel()
        await supervisor.value
        for program in fleet.programs() + [gate, engine].compactMap(\.self) {
            await ServiceRun.end(program, in: directory)
        }
        try outcome.get()
    }

    func url(of content: String) -> String { "http://127.0.0.1:\(balancerPort)/ace/getstream?\(content)" }

    /// A player of HLS at the balancer.
    func watcher(_ target: String) -> HLSWatcher {
        HLSWatcher(base: "http://127.0.0.1:\(balancerPort)", target: target, directory: directory)
    }

    func ask(_ port: Int, _ path: String) async throws -> ServiceRun.Reply {
        try await ServiceRun.curl("http://127.0.0.1:\(port)\(path)", in: directory)
    }

    var engine: EngineState {
        get async throws {
            try ApplianceRun.decode(EngineState.self, from: try await ask(enginePort, "/sim/state").body)
        }
    }

    /// Which proxies have a session of a content.
    func proxies(playing content: String) async throws -> [Int] {
        var playing: [Int] = []
        for port in proxyPorts where try await ask(port, "/ace/status?\(content)").status == 200 {
            playing.append(port)
        }
        return playing
    }

    /// For each proxy the name of a content that the balancer has it play.
    func contentOfEachProxy() async throws -> [String] {
        var found: [Int: String] = [:]
        for number in 0..<64 where found.count < proxyPorts.count {
            let content = "id=content\(number)"
            let viewer = try StreamReader(url(of: content))
            defer { viewer.close() }
            try await eventually("\(content) plays") { viewer.seen.packets > 0 }
            for port in try await proxies(playing: content) where found[port] == nil { found[port] = content }
        }
        try await eventually("nobody watches") { try await engine.openSessions == 0 }
        return try proxyPorts.map { try #require(found[$0]) }
    }

    /// A proxy's own address.
    func address(_ index: Int) -> String { "http://127.0.0.1:\(proxyPorts[index])" }

    /// The command that ends a proxy; it is started anew at once.
    func restartCommand(of index: Int) throws -> String { "kill -TERM $(cat \(directory.path)/proxy\(index).pid)" }

    /// Runs `deploy/rolling-restart` with a command for each proxy.
    func rollingRestart(_ command: (Int) throws -> String) async throws -> (exitCode: Int32, output: String) {
        let script = Balancer.deploy.appending(path: "rolling-restart").path
        let proxies = try proxyPorts.indices.map { "\(address($0))=\(try command($0))" }
        return try await SpawnedProgram.run(["env", "WEIR_SETTLE=1", script] + proxies, within: .seconds(90))
    }

    // MARK: Supervision

    private func supervise() async {
        while !Task.isCancelled {
            for index in proxyPorts.indices { try? keep(index) }
            try? await Task.sleep(for: .milliseconds(50))
        }
    }

    private func keep(_ index: Int) throws {
        try state.withLock { state in
            if let program = state.programs[index], program.exitCode == nil { return }
            let program = try SpawnedProgram(
                try ApplianceRun.products().appending(path: "weir-proxy").path, [],
                environment: [
                    "ACEXY_LISTEN_ADDR": "127.0.0.1:\(proxyPorts[index])", "ACEXY_HOST": "127.0.0.1",
                    "ACEXY_PORT": "\(enginePort)", "HOME": directory.path,
                ].merging(settings) { $1 }, log: directory.appending(path: "proxy\(index).log"))
            state.programs[index] = program
            try "\(program.pid)".write(
                to: directory.appending(path: "proxy\(index).pid"), atomically: true, encoding: .utf8)
        }
    }

    private func programs() -> [SpawnedProgram] { state.withLock { $0.programs.compactMap(\.self) } }
}
