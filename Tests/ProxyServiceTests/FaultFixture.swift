import EngineSimulator
import Testing

/// A proxy whose first lease is an engine behind a faulty relay, and whose every further one is a healthy engine.
struct FaultFixture {
    let proxy: ProxyFixture
    let relay: FaultyRelay
    /// The engine behind the relay.
    var engine: SimulatedEngine { proxy.engine }
    let spare: SimulatedEngine
    let orchestrator: ScriptedOrchestrator
    /// Somebody else, who watches something else on the healthy engine and must not notice anything.
    let witness: Player

    /// Runs `body`, in which all players but the witness are to leave, then sees to it that nothing is left behind.
    ///
    /// - Parameters:
    ///   - engine: the configuration of the engine behind the relay.
    ///   - leases: ports of the leases after that of the witness; 0 stands for a refused one.
    static func run(
        engine configuration: SimulatedEngineConfiguration = SimulatedEngineConfiguration(),
        leases: (_ relay: Int, _ spare: Int) -> [Int] = { [$0, $1] }, environment: [String: String] = [:],
        _ body: (FaultFixture) async throws -> Void
    ) async throws {
        let engine = try SimulatedEngine(configuration: configuration)
        let spare = try SimulatedEngine(configuration: SimulatedEngineConfiguration())
        let relay = try FaultyRelay(enginePort: try await engine.start())
        let sparePort = try await spare.start()
        let orchestrator = try await ScriptedOrchestrator(enginePorts: [sparePort] + leases(relay.port, sparePort))
        var environment = environment
        environment["ACEXY_ORCH_URL"] = orchestrator.url
        let outcome: Result<Void, any Error>
        do {
            try await ProxyFixture.run(engine: engine, port: relay.port, environment: environment) { proxy in
                let witness = try proxy.player("witness")
                #expect(await eventually { witness.state.packets > 100 })
                let fixture = FaultFixture(
                    proxy: proxy, relay: relay, spare: spare, orchestrator: orchestrator, witness: witness)
                try await body(fixture)
                try await fixture.expectTheWitnessUndisturbed()
                witness.kill()
                try await fixture.expectNothingIsLeft()
            }
            outcome = .success(())
        } catch {
            outcome = .failure(error)
        }
        relay.stop()
        await spare.stop()
        try await orchestrator.stop()
        try outcome.get()
    }

    private func expectTheWitnessUndisturbed() async throws {
        let before = witness.state.packets
        #expect(await eventually { witness.state.packets > before + 100 })
        #expect(!witness.state.isClosed)
        #expect(witness.state.lost == 0)
        #expect(witness.state.misaligned == 0)
        #expect(witness.state.continuityBreaks == 0)
        #expect(witness.state.announcedClocks == 0)
    }

    private func expectNothingIsLeft() async throws {
        for gauge in ["weir_proxy_sessions", "weir_proxy_viewers", "weir_proxy_engine_calls_in_flight"] {
            #expect(try await eventually { try await proxy.metric(gauge) == 0 }, "\(gauge)")
        }
        #expect(try await eventually { try await engine.state.sessions.isEmpty })
        #expect(try await eventually { try await spare.state.sessions.isEmpty })
        #expect(await eventually { relay.openPlaybacks == 0 })
        // What was leased was given back, or was begun and ended.
        #expect(
            try await eventually {
                let granted = try await proxy.metric("weir_proxy_leases_total{outcome=\"granted\"}") ?? 0
                let started = orchestrator.calls("POST", "/events/stream_started").count
                return started == orchestrator.calls("POST", "/events/stream_ended").count
                    && Int(granted) == started + orchestrator.calls("DELETE", "/engines/lease/").count
            })
    }

    func failovers(_ reason: String, _ outcome: String) async throws -> Double? {
        try await proxy.metric("weir_proxy_failovers_total{reason=\"\(reason)\",outcome=\"\(outcome)\"}")
    }

    func engineCalls(_ operation: String, _ outcome: String) async throws -> Double? {
        try await proxy.metric("weir_proxy_engine_calls_total{operation=\"\(operation)\",outcome=\"\(outcome)\"}")
    }

    func starts(_ outcome: String) async throws -> Double? {
        try await proxy.metric("weir_proxy_stream_starts_total{outcome=\"\(outcome)\"}")
    }

    /// Waits until the player has got more of its stream.
    func expectMore(_ player: Player, packets: Int = 500) async {
        let before = player.state.packets
        #expect(await eventually { player.state.packets > before + packets })
        #expect(!player.state.isClosed)
        #expect(player.state.misaligned == 0)
        #expect(player.state.continuityBreaks == 0)
    }
}
