import EngineSimulator
import Foundation
import Logging
import Outbound
import ProxyService
import ServiceLifecycle
import Settings

/// A proxy and a simulated engine on free ports.
struct ProxyFixture {
    let engine: SimulatedEngine
    let enginePort: Int
    let port: Int
    let outbound = OutboundClient()
    private let group: ServiceGroup
    private let running: Task<Void, any Error>

    /// Runs `body` with a proxy whose static engine is a fresh simulated one, and stops both.
    static func run(
        engine configuration: SimulatedEngineConfiguration = SimulatedEngineConfiguration(),
        environment: [String: String] = [:], logger: Logger = silent, _ body: (ProxyFixture) async throws -> Void
    ) async throws {
        let engine = try SimulatedEngine(configuration: configuration)
        try await run(
            engine: engine, port: try await engine.start(), environment: environment, logger: logger, body)
    }

    /// Runs `body` with a proxy whose static engine listens on `port`, and stops both.
    static func run(
        engine: SimulatedEngine, port enginePort: Int, environment: [String: String] = [:], logger: Logger = silent,
        _ body: (ProxyFixture) async throws -> Void
    ) async throws {
        let fixture = try await start(engine: engine, port: enginePort, environment: environment, logger: logger)
        do {
            try await body(fixture)
        } catch {
            await fixture.stop()
            throw error
        }
        await fixture.stop()
    }

    /// Starts a proxy whose static engine listens on `port`; it is to be stopped.
    /// - Parameter environment: the proxy listens on any free port unless this says otherwise.
    static func start(
        engine: SimulatedEngine, port enginePort: Int, environment: [String: String] = [:], logger: Logger = silent
    ) async throws -> ProxyFixture {
        var environment = environment
        environment["ACEXY_LISTEN_ADDR"] = environment["ACEXY_LISTEN_ADDR"] ?? "127.0.0.1:0"
        environment["ACEXY_HOST"] = "127.0.0.1"
        environment["ACEXY_PORT"] = "\(enginePort)"
        let server = try ProxyServer(settings: ProxySettings(environment: environment), logger: logger)
        let port = try await server.bind()
        let group = ServiceGroup(services: [server], logger: logger)
        return ProxyFixture(
            engine: engine, enginePort: enginePort, port: port, group: group, running: Task { try await group.run() })
    }

    /// Runs `body` with a proxy whose static engine is something else that listens on `port`; `engine` does nothing.
    static func run(
        port: Int, environment: [String: String] = [:], _ body: (ProxyFixture) async throws -> Void
    ) async throws {
        let idle = try SimulatedEngine(configuration: SimulatedEngineConfiguration())
        try await run(engine: idle, port: port, environment: environment, body)
    }

    static var silent: Logger {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        return logger
    }

    /// - Parameter headers: further header lines, each with its line break.
    func player(
        _ id: String = "abc", version: String = "1.1", headers: String = "", receiveBuffer: Int32? = nil
    ) throws -> Player {
        try Player(
            port: port, target: "/ace/getstream?id=\(id)", version: version, headers: headers,
            receiveBuffer: receiveBuffer)
    }

    func player(query: String) throws -> Player {
        try Player(port: port, target: "/ace/getstream?\(query)")
    }

    /// The infohash that the engine names for a content id, learned behind the proxy's back.
    func infohash(of id: String) async throws -> String {
        struct Answer: Decodable {
            struct Response: Decodable { let infohash: String, command_url: String }
            let response: Response
        }
        let url = "http://127.0.0.1:\(enginePort)/ace/getstream?id=\(id)&format=json"
        let body = try await outbound.send(OutboundRequest("GET", url)).body
        let response = try JSONDecoder().decode(Answer.self, from: Data(body)).response
        _ = try await outbound.send(OutboundRequest("GET", response.command_url + "?method=stop"))
        return response.infohash
    }

    func get(_ target: String) async throws -> OutboundResponse {
        try await outbound.send(
            OutboundRequest("GET", "http://127.0.0.1:\(port)\(target)", timeout: .seconds(60)))
    }

    /// The value of a series on the proxy's own metrics page.
    func metric(_ series: String) async throws -> Double? {
        for line in try await get("/metrics").text.split(separator: "\n") where line.hasPrefix(series + " ") {
            return Double(line.dropFirst(series.count + 1))
        }
        return nil
    }

    /// - Parameter isEngineLeft: whether the engine goes on.
    func stop(isEngineLeft: Bool = false) async {
        await group.triggerGracefulShutdown()
        _ = try? await running.value
        if !isEngineLeft { await engine.stop() }
        outbound.shutDown()
    }
}
