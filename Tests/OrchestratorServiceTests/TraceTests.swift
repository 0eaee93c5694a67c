import Telemetry
import Testing

/// The trace of a caller's request, within the orchestrator.
@Suite struct TraceTests {
    private let traceID = "4bf92f3577b34da6a3ce929d0e0e4736"
    private var headers: [(name: String, value: String)] {
        [("traceparent", "00-\(traceID)-00f067aa0ba902b7-01")]
    }

    @Test func theCallersTraceReachesTheEngineAndTheLog() async throws {
        let log = LogLines()
        try await withFolder { folder async throws in
            let engines = FakeEngines()
            try await withOrchestrator(["MAX_REPLICAS": "1"], engines: engines, folder: folder, logger: log.logger) {
                client async throws in
                #expect(try await client.post("/provision/acestream", headers: headers).status == 200)
                #expect(engines.traces.contains { $0?.traceID == traceID && $0?.spanIDText != "00f067aa0ba902b7" })
                let joined = try log.all("engine acestream-1 joined at 127.0.0.1:30000")
                #expect(joined.map(\.trace_id) == [traceID])
                let body = #"{"content":{"key_type":"content_id","key":"abc"}}"#
                #expect(try await client.post("/engines/lease", body, headers: headers).status == 200)
                #expect(try log.all("engine leased").map(\.trace_id) == [traceID])
                #expect(try await client.post("/engines/lease", body, headers: headers).status == 503)
                #expect(try log.all("no engine leased").map(\.trace_id) == [traceID])
            }
        }
    }

    @Test func aRequestWithoutATraceBeginsOneAndOwnWorkHasNone() async throws {
        let log = LogLines()
        try await withFolder { folder async throws in
            let engines = FakeEngines()
            try await withOrchestrator(["MIN_REPLICAS": "1"], engines: engines, folder: folder, logger: log.logger) {
                client async throws in
                try await eventually("an engine of the orchestrator's own joins") {
                    try !log.all("engine acestream-1 joined at 127.0.0.1:30000").isEmpty
                }
                #expect(try log.all("engine acestream-1 joined at 127.0.0.1:30000").map(\.trace_id) == [nil])
                try await eventually("it is leased") { try await client.lease().status == 200 }
                let traceID = try #require(try log.all("engine leased").first?.trace_id)
                #expect(traceID.count == 32 && traceID != self.traceID)
            }
        }
    }
}
