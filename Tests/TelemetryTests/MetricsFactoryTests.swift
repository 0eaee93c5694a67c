import CoreMetrics
import Telemetry
import Testing

@Suite struct MetricsFactoryTests {
    private func text(_ registry: Registry) -> [Substring] {
        String(decoding: registry.exposition(), as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("# HELP") }
    }

    @Test func everyKindLandsInTheRegistryUnderALegalName() {
        let registry = Registry()
        let factory = RegistryMetricsFactory(registry, upperBounds: [0.1, 1])
        factory.makeCounter(label: "hb.requests", dimensions: [("hb.uri", "/a"), ("method", "GET")]).increment(by: 2)
        factory.makeFloatingPointCounter(label: "energy.total", dimensions: []).increment(by: 0.5)
        factory.makeMeter(label: "activeConnections", dimensions: []).set(7.0)
        factory.makeRecorder(label: "9lives", dimensions: [], aggregate: false).record(3.0)
        factory.makeTimer(label: "http.server.request.duration", dimensions: []).recordNanoseconds(500_000_000)
        factory.makeRecorder(label: "batch.count", dimensions: [("le", "x")], aggregate: true).record(Int64(1))
        #expect(
            text(registry) == [
                "# TYPE _9lives gauge", "_9lives 3", "# TYPE active_connections gauge", "active_connections 7",
                "# TYPE batch_count_value histogram", #"batch_count_value_bucket{label_le="x",le="0.1"} 0"#,
                #"batch_count_value_bucket{label_le="x",le="1"} 1"#,
                #"batch_count_value_bucket{label_le="x",le="+Inf"} 1"#, #"batch_count_value_sum{label_le="x"} 1"#,
                #"batch_count_value_count{label_le="x"} 1"#, "# TYPE energy_total counter", "energy_total 0.5",
                "# TYPE hb_requests_total counter", #"hb_requests_total{hb_uri="/a",method="GET"} 2"#,
                "# TYPE http_server_request_duration_seconds histogram",
                #"http_server_request_duration_seconds_bucket{le="0.1"} 0"#,
                #"http_server_request_duration_seconds_bucket{le="1"} 1"#,
                #"http_server_request_duration_seconds_bucket{le="+Inf"} 1"#,
                "http_server_request_duration_seconds_sum 0.5", "http_server_request_duration_seconds_count 1",
            ])
    }

    @Test func aHandlerMadeAgainGoesOnCounting() {
        let registry = Registry()
        let factory = RegistryMetricsFactory(registry)
        for _ in 0..<3 {
            let counter = factory.makeCounter(label: "calls", dimensions: [])
            counter.increment(by: 1)
            factory.destroyCounter(counter)
        }
        #expect(text(registry) == ["# TYPE calls_total counter", "calls_total 3"])
    }

    @Test func aNameOfAnotherFamilyIsLeftToIt() throws {
        let registry = try Registry(catalogue: [CounterFamily<NoLabels>("calls_total", "Calls.").family])
        let own: Telemetry.Counter = registry.counter(CounterFamily<NoLabels>("calls_total", "Calls."))
        let factory = RegistryMetricsFactory(registry)
        factory.makeCounter(label: "calls", dimensions: [("from", "outside")]).increment(by: 1)
        factory.makeMeter(label: "other", dimensions: []).set(Int64(1))
        own.increment()
        #expect(text(registry) == ["# TYPE calls_total counter", "calls_total 1", "# TYPE other gauge", "other 1"])
    }
}
