import EngineSimulator
import ProxyService
import Testing

/// Engines that answer and are gone, or break off, before the stream's first byte.
@Suite(.serialized) struct EarlyLossTests {
    /// Runs `body` with a player that waits for the first byte of an engine that takes its time, and a spare engine.
    private func run(
        _ body: (ProxyFixture, _ spare: SimulatedEngine, ScriptedOrchestrator, Player) async throws -> Void
    ) async throws {
        var slow = SimulatedEngineConfiguration()
        slow.temper.startDelay = .fixed(nanoseconds: 600_000_000_000)
        let first = try SimulatedEngine(configuration: slow)
        let spare = try SimulatedEngine(configuration: SimulatedEngineConfiguration())
        let port = try await first.start()
        let orchestrator = try await ScriptedOrchestrator(enginePorts: [])
        orchestrator.choose(from: [port, try await spare.start()])
        let environment = ["ACEXY_ORCH_URL": orchestrator.url, "ACEXY_NO_RESPONSE_TIMEOUT": "60s"]
        let outcome: Result<Void, any Error>
        do {
            try await ProxyFixture.run(engine: first, port: port, environment: environment) { fixture in
                let player = try fixture.player()
                try #require(try await eventually { try await first.state.readers == 1 })
                try await body(fixture, spare, orchestrator, player)
            }
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        await spare.stop()
        try await orchestrator.stop()
        try outcome.get()
    }

    @Test func aStartWhoseEngineDiesGoesOnWithAnother() async throws {
        try await run { fixture, spare, orchestrator, player in
            var temper = Temper()
            temper.startDelay = .fixed(nanoseconds: 600_000_000_000)
            temper.crashAfter = 1
            try await fixture.engine.setTemper(temper)
            #expect(await eventually { player.state.packets > 500 })
            #expect(player.state.status == 200)
            #expect(player.state.continuityBreaks == 0)
            #expect(try await spare.state.counters.sessionsOpened == 1)
            #expect(try await fixture.metric("weir_proxy_stream_starts_total{outcome=\"ok\"}") == 1)
            #expect(try await fixture.metric("weir_proxy_stream_starts_total{outcome=\"engine_error\"}") == 0)
            let leases = orchestrator.calls("POST", "/engines/lease").map(\.body)
            #expect(leases.count == 2)
            #expect(leases.last?.contains("\"exclude\":[\"127.0.0.1:\(fixture.enginePort)\"]") == true)
            let given = "/engines/lease/l\(fixture.enginePort)"
            #expect(await eventually { orchestrator.calls("DELETE", given).count == 1 })
            #expect(await eventually { orchestrator.calls("POST", "/events/stream_started").count == 1 })
            player.kill()
            #expect(try await eventually { try await spare.state.counters.sessionsStopped == 1 })
        }
    }

    @Test func anEngineThatBreaksOffAndIsStillThereHasItsReasons() async throws {
        try await run { fixture, spare, orchestrator, player in
            var temper = Temper()
            temper.startDelay = .fixed(nanoseconds: 600_000_000_000)
            temper.closeAfter = 1
            try await fixture.engine.setTemper(temper)
            #expect(await eventually { player.state.isClosed || player.state.status != nil })
            #expect(player.state.status == 500)
            #expect(try await spare.state.counters.sessionsOpened == 0)
            #expect(try await fixture.metric("weir_proxy_stream_starts_total{outcome=\"engine_error\"}") == 1)
            #expect(orchestrator.calls("POST", "/engines/lease").count == 1)
            #expect(try await eventually { try await fixture.engine.state.counters.sessionsStopped == 1 })
            #expect(await eventually { orchestrator.calls("DELETE", "/engines/lease/").count == 1 })
        }
    }

    @Test func aPlayerThatLeavesMeanwhileLeavesNothingBehind() async throws {
        try await run { fixture, spare, orchestrator, player in
            var temper = Temper()
            temper.startDelay = .fixed(nanoseconds: 600_000_000_000)
            temper.crashAfter = 1
            try await fixture.engine.setTemper(temper)
            player.kill()
            #expect(try await eventually { try await fixture.metric("weir_proxy_sessions") == 0 })
            #expect(try await eventually { try await fixture.metric("weir_proxy_engine_calls_in_flight") == 0 })
            #expect(try await eventually { try await spare.state.sessions.isEmpty })
            let leases = orchestrator.calls("POST", "/engines/lease").count
            // One that has delivered by then was confirmed by its report.
            #expect(
                await eventually {
                    let given = orchestrator.calls("DELETE", "/engines/lease/").count
                    return given + orchestrator.calls("POST", "/events/stream_ended").count == leases
                })
        }
    }
}
