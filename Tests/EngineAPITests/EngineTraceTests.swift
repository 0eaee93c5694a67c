import EngineAPI
import EngineSimulator
import Fleet
import Outbound
import Telemetry
import Testing

@Suite struct EngineTraceTests {
    @Test func aCallCarriesTheTraceItIsMadeFor() async throws {
        let engine = try SimulatedEngine(configuration: SimulatedEngineConfiguration())
        let endpoint = EngineEndpoint(host: "127.0.0.1", port: try await engine.start())
        let outbound = OutboundClient()
        let client = EngineClient(outbound: outbound)
        try await client.status(of: endpoint)
        #expect(try await engine.state.latestTraceparent == nil)
        let context = TraceContext(traceIDHigh: 1, traceIDLow: 2, spanID: 3, isSampled: true)
        try await TraceContext.$current.withValue(context) { _ = try await client.status(of: endpoint) }
        let sent = try #require(try await engine.state.latestTraceparent.flatMap { TraceContext(traceparent: $0) })
        #expect(sent.traceID == context?.traceID)
        #expect(sent.spanID != context?.spanID)
        outbound.shutDown()
        await engine.stop()
    }
}
