import EngineSimulator
import Outbound
import Testing

/// Engines that the proxy chooses itself: with an orchestrator that has no leases, and while there is none.
@Suite(.serialized) struct EngineChoiceTests {
    private func run(
        environment: [String: String] = [:],
        _ body: (ProxyFixture, _ fleet: [(engine: SimulatedEngine, port: Int)], ScriptedOrchestrator) async throws ->
            Void
    ) async throws {
        var fleet: [(engine: SimulatedEngine, port: Int)] = []
        for _ in 0..<2 {
            let engine = try SimulatedEngine(configuration: SimulatedEngineConfiguration())
            fleet.append((engine, try await engine.start()))
        }
        let orchestrator = try await ScriptedOrchestrator(enginePort: 0)
        var environment = environment
        environment["ACEXY_ORCH_URL"] = orchestrator.url
        environment["ACEXY_ENGINE_CACHE_TTL_S"] = "0.1"
        let outcome: Result<Void, any Error>
        do {
            try await ProxyFixture.run(environment: environment) { try await body($0, fleet, orchestrator) }
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        for (engine, _) in fleet { await engine.stop() }
        try? await orchestrator.stop()
        try outcome.get()
    }

    private static func engine(_ port: Int, health: String = "healthy", extra: String = "") -> String {
        """
        {"container_id":"e\(port)","container_name":"n","host":"127.0.0.1","port":\(port),"labels":{},"streams":[],\
        "health_status":"\(health)","last_health_check":null,"last_stream_usage":null\(extra)}
        """
    }

    private static func older(_ orchestrator: ScriptedOrchestrator, engines: [String], streams: [Int] = []) {
        let missing = ScriptedOrchestrator.Refusal(status: 404, body: "{\"detail\":\"Not Found\"}")
        orchestrator.answer("POST /engines/lease", missing)
        orchestrator.answer("POST /proxies", missing)
        orchestrator.answer("POST /events/batch", missing)
        orchestrator.answer("GET /engines", .init(status: 200, body: "[\(engines.joined(separator: ","))]"))
        let list = streams.map { "{\"id\":\"s\",\"container_id\":\"e\($0)\",\"status\":\"started\"}" }
        orchestrator.answer("GET /streams", .init(status: 200, body: "[\(list.joined(separator: ","))]"))
    }

    @Test func withoutLeasesTheEngineWithTheFewestStreamsIsChosenAndNoneIsOverfilled() async throws {
        try await run(environment: ["ACEXY_MAX_STREAMS_PER_ENGINE": "2"]) { fixture, fleet, orchestrator async throws in
            let (first, second) = (fleet[0], fleet[1])
            Self.older(
                orchestrator, engines: [Self.engine(first.port), Self.engine(second.port)], streams: [first.port])
            let blocked = "{\"detail\":{\"code\":\"max_capacity\",\"message\":\"full\",\"recovery_eta_seconds\":7}}"
            orchestrator.answer("POST /provision/acestream", .init(status: 503, body: blocked))
            // One slot is taken by another proxy; the engines' limit is 2.
            let players = try (0..<3).map { try fixture.player("content\($0)") }
            #expect(await eventually { players.allSatisfy { $0.state.packets > 100 } })
            #expect(try await second.engine.state.sessions.count == 2)
            #expect(try await first.engine.state.sessions.count == 1)
            #expect(!orchestrator.calls("GET", "/streams?status=started").isEmpty)
            let events = orchestrator.calls("POST", "/events/stream_started")
            #expect(await eventually { orchestrator.calls("POST", "/events/stream_started").count == 3 })
            #expect(events.allSatisfy { !$0.body.contains("lease_id") })
            #expect(orchestrator.calls("POST", "/engines/lease").count <= 3)
            #expect(try await fixture.metric("weir_proxy_leases_total{outcome=\"chosen\"}") == 3)
            for player in players { player.kill() }
            #expect(try await eventually { try await fixture.metric("weir_proxy_sessions") == 0 })
        }
    }

    @Test func withoutLeasesOneMoreEngineIsProvisionedAndUsed() async throws {
        try await run { fixture, fleet, orchestrator async throws in
            Self.older(orchestrator, engines: [])
            let blocked =
                "{\"detail\":{\"code\":\"vpn_disconnected\",\"message\":\"no VPN\",\"recovery_eta_seconds\":7}}"
            orchestrator.answer("POST /provision/acestream", .init(status: 503, body: blocked))
            let refused = try await fixture.get("/ace/getstream?id=abc")
            #expect(refused.text.contains("VPN connection is being restored"))
            let port = fleet[0].port
            orchestrator.answer(
                "POST /provision/acestream",
                .init(status: 200, body: "{\"container_id\":\"e\(port)\",\"host_http_port\":\(port)}"))
            let player = try fixture.player()
            #expect(await eventually { orchestrator.calls("POST", "/provision/acestream").count == 2 })
            orchestrator.answer("GET /engines", .init(status: 200, body: "[\(Self.engine(port))]"))
            #expect(await eventually { player.state.packets > 100 })
            #expect(try await fleet[0].engine.state.sessions.count == 1)
            player.kill()
        }
    }

    @Test func withoutAnOrchestratorTheEnginesLastKnownAreUsedWithinTheirLimitThenTheStaticOne() async throws {
        try await run { fixture, fleet, orchestrator async throws in
            let engines = fleet.map { Self.engine($0.port) }.joined(separator: ",")
            orchestrator.answer("GET /engines", .init(status: 200, headers: ["ETag": "\"1\""], body: "[\(engines)]"))
            #expect(
                await eventually { orchestrator.calls("GET", "/engines").last?.headers["if-none-match"] == "\"1\"" })
            orchestrator.fail()
            #expect(
                try await eventually {
                    let down = try await fixture.metric("weir_proxy_orchestrator_up") == 0
                    return try await fixture.metric("weir_proxy_engines_known") == 2 && down
                })
            let players = try (0..<2).map { try fixture.player("content\($0)") }
            #expect(await eventually { players.allSatisfy { $0.state.packets > 100 } })
            for (engine, _) in fleet { #expect(try await engine.state.sessions.count == 1) }
            let third = try fixture.player("third")
            #expect(await eventually { third.state.packets > 100 })
            #expect(try await fixture.engine.state.sessions.count == 1)
            // A slot is free again once its session has ended.
            players[0].kill()
            #expect(try await eventually { try await fixture.metric("weir_proxy_sessions") == 2 })
            let fourth = try fixture.player("fourth")
            #expect(await eventually { fourth.state.packets > 100 })
            #expect(try await fixture.engine.state.sessions.count == 1)
            for player in players + [third, fourth] { player.kill() }
        }
    }

    @Test func anEngineThatDoesNotAnswerTheProxysProbeIsNotChosen() async throws {
        try await run { fixture, fleet, orchestrator async throws in
            let engines = fleet.map { Self.engine($0.port) }.joined(separator: ",")
            orchestrator.answer("GET /engines", .init(status: 200, body: "[\(engines)]"))
            #expect(try await eventually { try await fixture.metric("weir_proxy_engines_known") == 2 })
            var temper = Temper()
            temper.crashAfter = 1
            try await fleet[0].engine.setTemper(temper)
            orchestrator.fail()
            #expect(try await eventually { try await fixture.metric("weir_proxy_orchestrator_up") == 0 })
            // A start on the engine that is gone costs one attempt; it goes on with the other one.
            let player = try fixture.player()
            #expect(await eventually { player.state.packets > 100 })
            #expect(try await fleet[1].engine.state.sessions.count == 1)
            player.kill()
        }
    }
}
