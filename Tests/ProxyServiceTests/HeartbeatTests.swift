import EngineSimulator
import Foundation
import Testing

/// The signs of life that an orchestrator gets, and what follows when it has forgotten the proxy.
@Suite struct HeartbeatTests {
    private static let heartbeat = "POST /proxies/heartbeat"

    private static func registration(_ name: String) -> ScriptedOrchestrator.Refusal {
        .init(status: 200, body: "{\"registration\":\"\(name)\",\"ttl_s\":30}")
    }

    private func run(
        _ configuration: SimulatedEngineConfiguration = SimulatedEngineConfiguration(),
        environment: [String: String] = [:], _ body: (ProxyFixture, ScriptedOrchestrator) async throws -> Void
    ) async throws {
        let engine = try SimulatedEngine(configuration: configuration)
        let port = try await engine.start()
        let orchestrator = try await ScriptedOrchestrator(enginePort: port)
        orchestrator.answer(Self.heartbeat, Self.registration("1"))
        try await ProxyFixture.run(
            engine: engine, port: port,
            environment: environment.merging(["ACEXY_ORCH_URL": orchestrator.url]) { $1 }
        ) { try await body($0, orchestrator) }
        try await orchestrator.stop()
    }

    @Test func everyCallNamesThisRunOfTheProxy() async throws {
        try await run { fixture, orchestrator async throws in
            let player = try fixture.player()
            #expect(await eventually { orchestrator.calls("POST", "/events/stream_started").count == 1 })
            #expect(await eventually { orchestrator.calls("POST", "/proxies/heartbeat").count > 1 })
            let names = Set(orchestrator.calls("POST", "/").map { $0.headers["weir-proxy"] })
            #expect(names.count == 1)
            #expect(names.first??.utf8.count == 36)
            player.kill()
        }
    }

    @Test func runningStreamsAreReportedAgainWhereTheProxyWasForgotten() async throws {
        try await run { fixture, orchestrator async throws in
            let player = try fixture.player()
            #expect(await eventually { orchestrator.calls("POST", "/events/stream_started").count == 1 })
            let beats = orchestrator.calls("POST", "/proxies/heartbeat").count
            #expect(await eventually { orchestrator.calls("POST", "/proxies/heartbeat").count > beats + 1 })
            #expect(orchestrator.calls("POST", "/events/stream_started").count <= 2)

            let before = orchestrator.calls("POST", "/events/stream_started")
            orchestrator.answer(Self.heartbeat, Self.registration("2"))
            #expect(
                await eventually { orchestrator.calls("POST", "/events/stream_started").count == before.count + 1 })
            let again = orchestrator.calls("POST", "/events/stream_started")
            #expect(again.last?.body.contains("abc|") == true)
            player.kill()
            #expect(await eventually { orchestrator.calls("POST", "/events/stream_ended").count == 1 })
            #expect(orchestrator.calls("POST", "/events/stream_started").count == again.count)
        }
    }

    @Test(arguments: [404, 405])
    func anOlderOrchestratorIsAskedForItsHealthInstead(status: Int) async throws {
        try await run { fixture, orchestrator async throws in
            orchestrator.answer(Self.heartbeat, .init(status: status, body: "{\"detail\":\"Not Found\"}"))
            #expect(await eventually { orchestrator.calls("GET", "/health").count > 2 })
            #expect(orchestrator.calls("POST", "/proxies/heartbeat").count <= 3)
            #expect(try await fixture.metric("weir_proxy_orchestrator_up") == 1)
            orchestrator.answer("GET /health", .init(status: 502, body: ""))
            #expect(try await eventually { try await fixture.metric("weir_proxy_orchestrator_up") == 0 })
        }
    }

    /// The sessions that the newest sign of life names.
    private static func unreported(_ orchestrator: ScriptedOrchestrator) -> [String] {
        struct Heartbeat: Decodable {
            struct Session: Decodable { let command_url: String }
            let unreported: [Session]
        }
        let body = orchestrator.calls("POST", "/proxies/heartbeat").last?.body ?? ""
        return (try? JSONDecoder().decode(Heartbeat.self, from: Data(body.utf8)))?.unreported.map(\.command_url) ?? []
    }

    @Test func aSessionIsNamedFromTheEnginesAnswerOnUntilItIsOver() async throws {
        var configuration = SimulatedEngineConfiguration()
        configuration.temper.silent = ["abc"]
        try await run(configuration, environment: ["ACEXY_NO_RESPONSE_TIMEOUT": "60s"]) { fixture, orchestrator in
            let player = try fixture.player()
            #expect(await eventually { Self.unreported(orchestrator).count == 1 })
            let session = try #require(Self.unreported(orchestrator).first)
            #expect(session.hasPrefix("http://127.0.0.1:\(fixture.enginePort)/ace/cmd/"))
            let beats = orchestrator.calls("POST", "/proxies/heartbeat").count
            #expect(await eventually { orchestrator.calls("POST", "/proxies/heartbeat").count > beats + 1 })
            #expect(Self.unreported(orchestrator) == [session])
            player.kill()
            #expect(await eventually { Self.unreported(orchestrator).isEmpty })
            #expect(try await eventually { try await fixture.engine.state.sessions.isEmpty })
        }
    }

    @Test func aSessionIsNamedUntilItsReportIsTakenIn() async throws {
        try await run { fixture, orchestrator in
            orchestrator.answer("POST /events/stream_started", .init(status: 500, body: ""))
            let player = try fixture.player()
            #expect(await eventually { orchestrator.calls("POST", "/events/stream_started").count > 1 })
            #expect(await eventually { Self.unreported(orchestrator).count == 1 })
            orchestrator.answer("POST /events/stream_started", nil)
            #expect(await eventually { Self.unreported(orchestrator).isEmpty })
            #expect(try await fixture.engine.state.sessions.count == 1)
            player.kill()
        }
    }
}
