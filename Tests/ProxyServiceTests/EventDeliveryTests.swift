import EngineSimulator
import Foundation
import Testing

/// Events for an orchestrator that fails in every way between two that work.
@Suite struct EventDeliveryTests {
    private struct Batch: Decodable {
        struct Started: Decodable { let labels: [String: String] }
        struct Ended: Decodable { let stream_id: String }
        let started: [Started]
        let ended: [Ended]
    }

    private func run(_ body: (ProxyFixture, ScriptedOrchestrator) async throws -> Void) async throws {
        let engine = try SimulatedEngine(configuration: SimulatedEngineConfiguration())
        let port = try await engine.start()
        let orchestrator = try await ScriptedOrchestrator(enginePort: port)
        try await ProxyFixture.run(
            engine: engine, port: port, environment: ["ACEXY_ORCH_URL": orchestrator.url]
        ) { try await body($0, orchestrator) }
        try await orchestrator.stop()
    }

    private func playAndLeave(_ names: [String], _ fixture: ProxyFixture) async throws {
        let players = try names.map { try fixture.player($0) }
        #expect(await eventually { players.allSatisfy { $0.state.packets > 100 } })
        for player in players { player.kill() }
        #expect(try await eventually { try await fixture.metric("weir_proxy_sessions") == 0 })
    }

    @Test(arguments: [500, 503, 401, 429])
    func whatWaitedThroughAFailureGoesInOneCallInItsOrder(status: Int) async throws {
        try await run { fixture, orchestrator async throws in
            for path in ["stream_started", "stream_ended", "batch"] {
                orchestrator.answer("POST /events/\(path)", .init(status: status, body: ""))
            }
            try await playAndLeave(["a", "b", "c"], fixture)
            #expect(try await fixture.metric("weir_proxy_event_queue_length") == 6)
            orchestrator.answer("POST /events/batch", .init(status: 200, body: "{}"))
            for path in ["stream_started", "stream_ended"] { orchestrator.answer("POST /events/\(path)", nil) }
            #expect(
                try await eventually(within: .seconds(30)) {
                    try await fixture.metric("weir_proxy_event_queue_length") == 0
                })
            #expect(try await fixture.metric("weir_proxy_events_total{outcome=\"sent\"}") == 6)
            #expect(try await fixture.metric("weir_proxy_events_total{outcome=\"dropped\"}") == 0)
            let last = try #require(orchestrator.calls("POST", "/events/batch").last)
            let batch = try JSONDecoder().decode(Batch.self, from: Data(last.body.utf8))
            let started = Set(batch.started.compactMap { $0.labels["stream_id"] })
            #expect(started.count == 3)
            #expect(Set(batch.ended.map(\.stream_id)) == started)
        }
    }

    @Test(arguments: [404, 405, 422])
    func withoutBatchesEventsGoOneByOneInTheirOrder(status: Int) async throws {
        try await run { fixture, orchestrator async throws in
            orchestrator.answer("POST /events/batch", .init(status: status, body: ""))
            for path in ["stream_started", "stream_ended"] {
                orchestrator.answer("POST /events/\(path)", .init(status: 500, body: ""))
            }
            try await playAndLeave(["a", "b"], fixture)
            let failed = orchestrator.calls("POST", "/events/stream").count
            for path in ["stream_started", "stream_ended"] { orchestrator.answer("POST /events/\(path)", nil) }
            #expect(
                try await eventually(within: .seconds(30)) {
                    try await fixture.metric("weir_proxy_events_total{outcome=\"sent\"}") == 4
                })
            let sent = orchestrator.calls("POST", "/events/stream").suffix(4)
            #expect(orchestrator.calls("POST", "/events/stream").count <= failed + 5)
            #expect(sent.map(\.path).filter { $0.hasSuffix("started") }.count == 2)
            for name in ["a", "b"] {
                let own = sent.filter { $0.body.contains("\(name)|") }.map(\.path)
                #expect(own == ["/events/stream_started", "/events/stream_ended"])
            }
        }
    }
}
