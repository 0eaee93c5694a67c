import EngineSimulator
import Outbound
import Telemetry
import Testing

/// The trace of a player's request, on its way through the proxy.
@Suite struct TraceTests {
    private let traceID = "4bf92f3577b34da6a3ce929d0e0e4736"
    private var traceparent: String { "00-\(traceID)-00f067aa0ba902b7-01" }

    @Test func aStartCarriesThePlayersTraceToTheOrchestratorTheEngineAndTheLog() async throws {
        let engine = try SimulatedEngine(configuration: SimulatedEngineConfiguration())
        let orchestrator = try await ScriptedOrchestrator(enginePort: try await engine.start())
        let log = LogLines()
        try await ProxyFixture.run(environment: ["ACEXY_ORCH_URL": orchestrator.url], logger: log.logger) { fixture in
            let player = try fixture.player(headers: "traceparent: \(traceparent)\r\ntracestate: a=1\r\n")
            #expect(await eventually { player.state.packets > 10 })
            let lease = try #require(orchestrator.calls("POST", "/engines/lease").first)
            #expect(lease.tracestate == "a=1")
            #expect(await eventually { !orchestrator.calls("POST", "/events/stream_started").isEmpty })
            let engineCall = try await engine.state.latestTraceparent
            player.kill()
            #expect(await eventually { !orchestrator.calls("POST", "/events/stream_ended").isEmpty })
            let sent =
                [lease.traceparent, engineCall]
                + (orchestrator.calls("POST", "/events/")).map(\.traceparent)
            let parents = try sent.map { try #require($0.flatMap { TraceContext(traceparent: $0) }) }
            #expect(parents.count == 4)
            #expect(parents.allSatisfy { $0.traceID == traceID && $0.isSampled })
            #expect(Set(parents.map(\.spanIDText)).union(["00f067aa0ba902b7"]).count == 5)
            for message in ["stream started", "stream ended"] {
                #expect(try log.all(message).map(\.trace_id) == [traceID])
                #expect(try log.all(message).first?.metadata?["content"] == "abc")
            }
            // What the proxy does on its own belongs to nobody's trace.
            #expect(await eventually { !orchestrator.calls("POST", "/proxies/").isEmpty })
            #expect(orchestrator.calls("POST", "/proxies/").allSatisfy { $0.traceparent == nil })
        }
        try await orchestrator.stop()
        await engine.stop()
    }

    @Test func aLeaseIsGivenBackWithinTheTraceOfTheStartThatFailed() async throws {
        var configuration = SimulatedEngineConfiguration()
        configuration.temper.dead = ["dead"]
        let engine = try SimulatedEngine(configuration: configuration)
        let orchestrator = try await ScriptedOrchestrator(enginePort: try await engine.start())
        let log = LogLines()
        try await ProxyFixture.run(environment: ["ACEXY_ORCH_URL": orchestrator.url], logger: log.logger) { fixture in
            let answer = try await fixture.outbound.send(
                OutboundRequest(
                    "GET", "http://127.0.0.1:\(fixture.port)/ace/getstream?id=dead",
                    headers: [("traceparent", traceparent)]))
            #expect(answer.status == 500)
            #expect(await eventually { !orchestrator.calls("DELETE", "/engines/lease/").isEmpty })
            let returned = try #require(orchestrator.calls("DELETE", "/engines/lease/").first?.traceparent)
            #expect(TraceContext(traceparent: returned)?.traceID == traceID)
            #expect(try log.all("stream start failed").map(\.trace_id) == [traceID])
        }
        try await orchestrator.stop()
        await engine.stop()
    }

    @Test(arguments: ["", "traceparent: nonsense\r\n"])
    func aRequestWithoutATraceBeginsOne(headers: String) async throws {
        let log = LogLines()
        try await ProxyFixture.run(logger: log.logger) { fixture in
            for id in ["one", "two"] {
                let player = try fixture.player(id, headers: headers)
                #expect(await eventually { player.state.packets > 10 })
                let sent = try await fixture.engine.state.latestTraceparent
                let context = try #require(sent.flatMap { TraceContext(traceparent: $0) })
                #expect(try log.all("stream started").last?.trace_id == context.traceID)
                player.kill()
            }
            #expect(try Set(log.all("stream started").map(\.trace_id)).count == 2)
        }
    }
}
