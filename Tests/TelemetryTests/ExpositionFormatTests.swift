import Telemetry
import Testing

@Suite struct ExpositionFormatTests {
    @Test(arguments: [
        (nil, ExpositionFormat.text), ("", .text), ("*/*", .text), ("text/html", .text), ("nonsense;;;q=x,,", .text),
        ("application/openmetrics-text", .openMetrics), ("application/openmetrics-text;version=1.0.0;q=0", .text),
        ("application/openmetrics-text; version=9.9", .text),
        ("text/plain;version=0.0.4;q=0.5, application/openmetrics-text; version=1.0.0; q=0.8", .openMetrics),
        ("text/plain, application/openmetrics-text;q=0.9", .text),
        ("TEXT/PLAIN , Application/OpenMetrics-Text", .openMetrics),
        (
            "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited,"
                + "application/openmetrics-text;version=1.0.0;q=0.8,application/openmetrics-text;version=0.0.1;q=0.75,"
                + "text/plain;version=0.0.4;q=0.5,*/*;q=0.1", .protobuf
        ),
    ])
    func theFormatFollowsTheAcceptHeader(accept: String?, format: ExpositionFormat) {
        #expect(ExpositionFormat(accept: accept) == format)
    }

    @Test func openMetricsNamesUnitsCreationAndTheEnd() throws {
        let registry = Registry()
        let counter: Counter = registry.counter(CounterFamily<NoLabels>("sent_bytes_total", "Bytes \\ \"sent\"."))
        let histogram: Histogram = registry.histogram(
            HistogramFamily<NoLabels>("wait_seconds", "Wait.", upperBounds: [0.1, 1]))
        counter.increment(by: 3)
        histogram.observe(0.5)
        let lines = String(
            decoding: try registry.exposition(ScrapeRequest(.openMetrics, hasCreated: true)), as: UTF8.self
        ).split(separator: "\n")
        let created = lines.filter { $0.contains("_created ") }
        #expect(created.count == 2)
        #expect(try created.allSatisfy { try #require(Double($0.split(separator: " ")[1])) > 1_700_000_000 })
        #expect(
            lines.filter { !$0.contains("_created ") } == [
                "# TYPE sent_bytes counter", "# UNIT sent_bytes bytes", #"# HELP sent_bytes Bytes \\ \"sent\"."#,
                "sent_bytes_total 3", "# TYPE wait_seconds histogram", "# UNIT wait_seconds seconds",
                "# HELP wait_seconds Wait.", #"wait_seconds_bucket{le="0.1"} 0"#, #"wait_seconds_bucket{le="1.0"} 1"#,
                #"wait_seconds_bucket{le="+Inf"} 1"#, "wait_seconds_sum 0.5", "wait_seconds_count 1", "# EOF",
            ])
    }
}
