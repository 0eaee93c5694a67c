import EngineSimulator
import Outbound
import Testing

/// Contents that do not start, and players who ask for them again and again.
@Suite struct DeadContentTests {
    private static let answered = "weir_proxy_recent_failures_answered_total"

    private static func starts(_ fixture: ProxyFixture, _ outcome: String) async throws -> Double? {
        try await fixture.metric("weir_proxy_stream_starts_total{outcome=\"\(outcome)\"}")
    }

    @Test func aStormOnADeadContentCostsOneStart() async throws {
        var configuration = SimulatedEngineConfiguration()
        configuration.temper.dead = ["dead"]
        try await ProxyFixture.run(engine: configuration, environment: ["ACEXY_DEAD_CONTENT_TTL": "10m"]) { fixture in
            for _ in 0..<20 {
                let answer = try await fixture.get("/ace/getstream?id=dead")
                #expect(answer.status == 500)
                #expect(answer.text == "Failed to start stream: failed to load content\n")
            }
            #expect(try await fixture.engine.state.counters.sessionsRefused == 1)
            #expect(try await Self.starts(fixture, "dead_content") == 1)
            #expect(try await fixture.metric("\(Self.answered){outcome=\"dead_content\"}") == 19)
            let other = try fixture.player("good")
            #expect(await eventually { other.state.packets > 100 })
            other.kill()
        }
    }

    @Test func aContentThatSendsNothingIsAskedForOnce() async throws {
        var configuration = SimulatedEngineConfiguration()
        configuration.temper.silent = ["silent"]
        let environment = ["ACEXY_NO_RESPONSE_TIMEOUT": "2s", "ACEXY_DEAD_CONTENT_TTL": "10m"]
        try await ProxyFixture.run(engine: configuration, environment: environment) { fixture in
            for _ in 0..<5 {
                let answer = try await fixture.get("/ace/getstream?id=silent")
                #expect(answer.status == 500)
                #expect(answer.text == "Failed to start stream: the engine sent nothing in time\n")
            }
            #expect(try await fixture.engine.state.counters.sessionsOpened == 1)
            #expect(try await fixture.metric("\(Self.answered){outcome=\"timeout\"}") == 4)
        }
    }

    @Test(arguments: ["0", "500ms"])
    func anEngineIsAskedAgainWithoutTheMemoryAndAfterItsTime(lifetime: String) async throws {
        var configuration = SimulatedEngineConfiguration()
        configuration.temper.dead = ["abc"]
        try await ProxyFixture.run(engine: configuration, environment: ["ACEXY_DEAD_CONTENT_TTL": lifetime]) {
            fixture in
            #expect(try await fixture.get("/ace/getstream?id=abc").status == 500)
            try await fixture.engine.setTemper(Temper())
            #expect(
                try await eventually {
                    let player = try fixture.player("abc")
                    defer { player.kill() }
                    return await eventually { player.state.isClosed || player.state.packets > 100 }
                        && player.state.packets > 100
                })
            if lifetime == "0" { #expect(try await fixture.metric("\(Self.answered){outcome=\"dead_content\"}") == 0) }
        }
    }

    @Test func theLackOfAnEngineIsNotTheContentsFault() async throws {
        let orchestrator = try await ScriptedOrchestrator(
            enginePort: 0, refusal: .init(status: 503, body: "{\"code\":\"no_engine_available\"}"))
        let environment = ["ACEXY_ORCH_URL": orchestrator.url, "ACEXY_DEAD_CONTENT_TTL": "10m"]
        try await ProxyFixture.run(environment: environment) { fixture in
            for _ in 0..<2 {
                let answer = try await fixture.get("/ace/getstream?id=abc")
                #expect(answer.status == 503)
            }
            #expect(try await Self.starts(fixture, "no_engine") == 2)
        }
        try await orchestrator.stop()
    }

    @Test func anEngineThatCannotBeReachedIsNotTheContentsFault() async throws {
        let engine = try SimulatedEngine(configuration: SimulatedEngineConfiguration())
        let port = try await engine.start()
        await engine.stop()
        let idle = try SimulatedEngine(configuration: SimulatedEngineConfiguration())
        try await ProxyFixture.run(engine: idle, port: port, environment: ["ACEXY_DEAD_CONTENT_TTL": "10m"]) {
            fixture in
            for _ in 0..<2 {
                let answer = try await fixture.get("/ace/getstream?id=abc")
                #expect(answer.status == 500)
            }
            #expect(try await Self.starts(fixture, "engine_error") == 2)
        }
    }
}
