import EngineSimulator
import ProxyService
import TestSupport
import Testing

/// Engines that are lost under viewers who keep their connection.
@Suite(.serialized) struct FailoverTests {
    /// Runs `body` with a proxy whose first lease is the fixture's engine, and whose second one is `spare`.
    private func run(
        leases: (_ first: Int, _ spare: Int) -> [Int] = { [$0, $1] }, environment: [String: String] = [:],
        _ body: (ProxyFixture, _ spare: SimulatedEngine, ScriptedOrchestrator) async throws -> Void
    ) async throws {
        let first = try SimulatedEngine(configuration: SimulatedEngineConfiguration())
        let spare = try SimulatedEngine(configuration: SimulatedEngineConfiguration())
        let port = try await first.start()
        let orchestrator = try await ScriptedOrchestrator(enginePorts: leases(port, try await spare.start()))
        var environment = environment
        environment["ACEXY_ORCH_URL"] = orchestrator.url
        let outcome: Result<Void, any Error>
        do {
            try await ProxyFixture.run(engine: first, port: port, environment: environment) { fixture in
                try await body(fixture, spare, orchestrator)
            }
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        await spare.stop()
        try await orchestrator.stop()
        try outcome.get()
    }

    /// Closes the engine's connections and its listener without a word.
    private func crash(_ engine: SimulatedEngine) async throws {
        var temper = Temper()
        temper.crashAfter = 1
        try await engine.setTemper(temper)
    }

    private func failovers(_ reason: String, _ outcome: String) -> String {
        "weir_proxy_failovers_total{reason=\"\(reason)\",outcome=\"\(outcome)\"}"
    }

    @Test func viewersOfAKilledEngineKeepTheirConnection() async throws {
        let noise = SchedulingNoise()
        try await run { fixture, spare, orchestrator in
            let players = try (0..<5).map { try fixture.player(version: $0 == 0 ? "1.0" : "1.1") }
            #expect(await eventually { players.allSatisfy { $0.state.packets > 500 } })
            let before = players.map(\.state.packets)
            try await crash(fixture.engine)
            #expect(
                await eventually { zip(players, before).allSatisfy { $0.state.packets > $1 + 2000 } })
            for player in players {
                #expect(!player.state.isClosed)
                #expect(player.state.misaligned == 0)
                #expect(player.state.continuityBreaks == 0)
                #expect(player.state.announcedClocks == 1)
                #expect(player.state.longestGap < .seconds(1) + noise.total)
            }
            #expect(try await spare.state.counters.sessionsOpened == 1)
            #expect(try await fixture.metric(failovers("connection", "ok")) == 1)
            #expect(try await fixture.metric("weir_proxy_failover_duration_seconds_count{outcome=\"ok\"}") == 1)
            #expect(try await fixture.metric("weir_proxy_sessions") == 1)
            for player in players { player.kill() }
            #expect(try await eventually { try await spare.state.counters.sessionsStopped == 1 })
            #expect(try await spare.state.sessions.isEmpty)
            #expect(await eventually { orchestrator.calls("POST", "/events/stream_ended").count == 2 })
            #expect(orchestrator.calls("POST", "/events/stream_started").count == 2)
            let reasons = orchestrator.calls("POST", "/events/stream_ended").map(\.body)
            #expect(reasons.first?.contains("\"network_error\"") == true)
            #expect(reasons.last?.contains("\"client_disconnected\"") == true)
        }
    }

    @Test func aStalledEngineIsLeftForAnotherOneAndStopped() async throws {
        let noise = SchedulingNoise()
        try await run(environment: ["ACEXY_FAILOVER_STALL_TIMEOUT": "500ms"]) { fixture, spare, orchestrator in
            let player = try fixture.player()
            #expect(await eventually { player.state.packets > 500 })
            var temper = Temper()
            temper.stallAfter = 1
            try await fixture.engine.setTemper(temper)
            #expect(try await eventually { try await fixture.metric(failovers("stalled", "ok")) == 1 })
            let before = player.state.packets
            #expect(await eventually { player.state.packets > before + 1000 })
            #expect(!player.state.isClosed)
            #expect(player.state.continuityBreaks == 0)
            #expect(player.state.longestGap < .seconds(2) + noise.total)
            #expect(try await eventually { try await fixture.engine.state.sessions.isEmpty })
            #expect(try await spare.state.sessions.count == 1)
            let ended = orchestrator.calls("POST", "/events/stream_ended")
            #expect(ended.first?.body.contains("\"empty_timeout\"") == true)
            player.kill()
            #expect(try await eventually { try await spare.state.sessions.isEmpty })
        }
    }

    @Test func anEngineThatSendsAgainIsKept() async throws {
        let environment = ["ACEXY_FAILOVER_STALL_TIMEOUT": "300ms", "ACEXY_FAILOVER_TIMEOUT": "20s"]
        try await run(environment: environment) { fixture, spare, _ in
            var silent = Temper()
            silent.silent = ["abc"]
            try await spare.setTemper(silent)
            let player = try fixture.player()
            #expect(await eventually { player.state.packets > 500 })
            var temper = Temper()
            temper.stallAfter = 1
            try await fixture.engine.setTemper(temper)
            #expect(try await eventually { try await spare.state.counters.sessionsOpened == 1 })
            try await fixture.engine.setTemper(Temper())
            #expect(try await eventually { try await fixture.metric(failovers("stalled", "recovered")) == 1 })
            #expect(try await eventually { try await spare.state.sessions.isEmpty })
            #expect(try await fixture.engine.state.sessions.count == 1)
            #expect(player.state.continuityBreaks == 0)
            player.kill()
        }
    }

    @Test func deadEnginesAreExcludedAndTheirLeasesGivenBackAtOnce() async throws {
        let engine = try SimulatedEngine(configuration: SimulatedEngineConfiguration())
        let port = try await engine.start()
        let orchestrator = try await ScriptedOrchestrator(enginePort: port)
        orchestrator.choose(from: [1, 2, port])
        let environment = ["ACEXY_ORCH_URL": orchestrator.url]
        try await ProxyFixture.run(engine: engine, port: port, environment: environment) { fixture in
            let player = try fixture.player()
            #expect(await eventually { player.state.packets > 100 })
            let leases = orchestrator.calls("POST", "/engines/lease").map(\.body)
            #expect(leases.count == 3)
            #expect(leases.first?.contains("\"exclude\":[]") == true)
            #expect(leases.last?.contains("\"exclude\":[\"127.0.0.1:1\",\"127.0.0.1:2\"]") == true)
            for lease in ["l1", "l2"] {
                #expect(await eventually { orchestrator.calls("DELETE", "/engines/lease/\(lease)").count == 1 })
            }
            player.kill()
        }
        try await orchestrator.stop()
    }

    @Test func deadEnginesAreLeasedAroundInAFailoverAndInAStart() async throws {
        let noise = SchedulingNoise()
        try await run(leases: { first, spare in [1, first, 1, 1, spare] }) { fixture, spare, orchestrator in
            let player = try fixture.player()
            #expect(await eventually { player.state.packets > 500 })
            #expect(await eventually { orchestrator.calls("DELETE", "/engines/lease/l1").count == 1 })
            try await crash(fixture.engine)
            #expect(try await eventually { try await fixture.metric(failovers("connection", "ok")) == 1 })
            let before = player.state.packets
            #expect(await eventually { player.state.packets > before + 1000 })
            #expect(player.state.continuityBreaks == 0)
            #expect(player.state.longestGap < .seconds(1) + noise.total)
            // Both were held, so that a real orchestrator would not grant the first again, and are given back.
            #expect(await eventually { orchestrator.calls("DELETE", "/engines/lease/l1").count == 3 })
            #expect(orchestrator.calls("DELETE", "/engines/lease/").allSatisfy { $0.path.contains("engine_error") })
            player.kill()
            #expect(try await eventually { try await spare.state.sessions.isEmpty })
        }
    }

    @Test func anEngineThatDiesWhileItIsStalledIsStillReplaced() async throws {
        let environment = ["ACEXY_FAILOVER_STALL_TIMEOUT": "300ms"]
        try await run(leases: { [$0, 0, 0, 0, $1] }, environment: environment) { fixture, spare, orchestrator in
            let player = try fixture.player()
            #expect(await eventually { player.state.packets > 500 })
            var temper = Temper()
            temper.stallAfter = 1
            try await fixture.engine.setTemper(temper)
            #expect(await eventually { orchestrator.calls("POST", "/engines/lease").count >= 2 })
            // Still stalled: it must not send between two tempers.
            temper.crashAfter = 1
            try await fixture.engine.setTemper(temper)
            #expect(try await eventually { try await fixture.metric(failovers("stalled", "ok")) == 1 })
            let before = player.state.packets
            #expect(await eventually { player.state.packets > before + 1000 })
            #expect(player.state.continuityBreaks == 0)
            player.kill()
            #expect(try await eventually { try await spare.state.sessions.isEmpty })
            #expect(await eventually { orchestrator.calls("POST", "/events/stream_ended").count == 2 })
        }
    }

    @Test(arguments: [true, false]) func anEngineThatDeliversNothingLeavesTimeForAnother(isHung: Bool) async throws {
        var configuration = SimulatedEngineConfiguration()
        configuration.temper.hang = isHung
        configuration.temper.silent = ["abc"]
        let useless = try SimulatedEngine(configuration: configuration)
        let port = try await useless.start()
        let environment = ["ACEXY_FAILOVER_TIMEOUT": "3s"]
        try await run(leases: { [$0, port, $1] }, environment: environment) { fixture, spare, orchestrator in
            let player = try fixture.player()
            #expect(await eventually { player.state.packets > 500 })
            try await crash(fixture.engine)
            #expect(try await eventually { try await fixture.metric(failovers("connection", "ok")) == 1 })
            #expect(try await spare.state.sessions.count == 1)
            #expect(try await eventually { try await useless.state.sessions.isEmpty })
            let returned = orchestrator.calls("DELETE", "/engines/lease/l\(port)").map(\.path)
            #expect(returned.allSatisfy { $0.hasSuffix("outcome=timeout") || $0.hasSuffix("outcome=engine_error") })
            #expect(player.state.continuityBreaks == 0)
            #expect(!player.state.isClosed)
            player.kill()
            #expect(try await eventually { try await spare.state.sessions.isEmpty })
        }
        await useless.stop()
    }

    @Test func withoutAnotherEngineTheStreamEndsAfterTheBound() async throws {
        let noise = SchedulingNoise()
        let environment = ["ACEXY_FAILOVER_TIMEOUT": "1s"]
        try await run(leases: { first, _ in [first, 0] }, environment: environment) { fixture, _, orchestrator in
            let player = try fixture.player()
            #expect(await eventually { player.state.packets > 500 })
            let begin = ContinuousClock.now
            try await crash(fixture.engine)
            #expect(await eventually { player.state.isClosed })
            let duration = begin.duration(to: .now)
            #expect(duration > .milliseconds(900))
            #expect(duration < .seconds(3) + noise.total)
            #expect(try await fixture.metric(failovers("connection", "failed")) == 1)
            #expect(try await fixture.metric("weir_proxy_sessions") == 0)
            #expect(await eventually { orchestrator.calls("POST", "/events/stream_ended").count == 1 })
            #expect(orchestrator.calls("POST", "/events/stream_started").count == 1)
        }
    }

    @Test func viewersWhoLeaveDuringTheSearchEndIt() async throws {
        try await run(leases: { first, _ in [first, 0] }) { fixture, _, orchestrator in
            let player = try fixture.player()
            #expect(await eventually { player.state.packets > 500 })
            try await crash(fixture.engine)
            #expect(await eventually { orchestrator.calls("POST", "/engines/lease").count > 1 })
            player.kill()
            #expect(try await eventually { try await fixture.metric(failovers("connection", "cancelled")) == 1 })
            #expect(try await fixture.metric("weir_proxy_sessions") == 0)
        }
    }

    @Test func theOnlyEngineIsAskedAgainWhenItHasClosedTheStream() async throws {
        try await ProxyFixture.run { fixture in
            let player = try fixture.player()
            for round in 1...6 {
                let before = player.state.packets
                guard await eventually({ player.state.packets > before + 300 || player.state.isClosed }) else { break }
                var temper = Temper()
                temper.closeAfter = 1
                try await fixture.engine.setTemper(temper)
                #expect(
                    try await eventually {
                        let isLimited = try await fixture.metric(failovers("connection", "limited")) == 1
                        let count = try await fixture.metric(failovers("connection", "ok"))
                        return round <= 5 ? count == Double(round) : isLimited
                    })
            }
            #expect(player.state.continuityBreaks == 0)
            #expect(await eventually { player.state.isClosed })
            #expect(player.state.endedCleanly)
            #expect(try await eventually { try await fixture.engine.state.sessions.isEmpty })
            #expect(try await fixture.engine.state.counters.sessionsOpened == 6)
        }
    }
}
