import Foundation
import Telemetry
import Testing

/// What a real Prometheus makes of a registry in each format, with and without native histograms.
@Suite struct PrometheusFormatsTests {
    private struct Engine: LabelSet {
        static var labelNames: [String] { ["engine"] }
        var labelValues: [String] { [engine] }
        let engine: String
    }

    private static let observations: [Double] = {
        var state: UInt64 = 42
        func unit() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (Double(state >> 11) + 0.5) * 0x1p-53
        }
        return (0..<10_000).map { _ in exp(-1 + 0.8 * (-2 * log(unit())).squareRoot() * cos(2 * .pi * unit())) }
    }()

    @Test(arguments: [false, true]) func everyFormatSaysTheSame(hasNative: Bool) async throws {
        let registry = Registry()
        let wait: Histogram = registry.histogram(
            HistogramFamily<NoLabels>(
                "wait_seconds", "Wait.", upperBounds: [0.00005, 0.01, 0.1, 0.5, 1, 2.5, 5, 10],
                native: NativeBucketing(schema: 3, maximumBuckets: 500)))
        let sizes: Histogram = registry.histogram(
            HistogramFamily<NoLabels>("size_bytes", "Size.", upperBounds: [1, 65536, 1e6, 1_048_576, 1.5e9]))
        let loads = registry.gauge(GaugeFamily<Engine>("engine_load", "Load."))
        let sent = registry.counter(CounterFamily<Engine>("engine_sent_bytes_total", "Sent."))
        let lasting = registry.histogram(
            HistogramFamily<Engine>("engine_stream_seconds", "Streams.", upperBounds: [1, 60]))
        for (number, value) in Self.observations.enumerated() {
            if number % 500 == 0 {
                wait.observe(value, exemplar: [LabelPair("trace_id", "trace-\(number)")])
            } else {
                wait.observe(value)
            }
        }
        for value in [0, 70_000, 1e6, 2e9] { sizes.observe(value) }
        for name in ["a \"quoted\"", "b\\c\nd", "é🎬"] {
            loads[Engine(engine: name)].set(-0.25)
            sent[Engine(engine: name)].increment(by: 7)
            lasting[Engine(engine: name)].observe(3)
        }
        let server = try await RegistryServer(registry)
        do {
            try await PrometheusRun.around(
                configuration: Self.configuration(port: server.port, hasNative: hasNative),
                features: hasNative ? "native-histograms,exemplar-storage" : nil
            ) { prometheus in
                try await compare(prometheus, jobs: hasNative ? 5 : 4)
                if hasNative { try await native(prometheus) }
                let gone = Engine(engine: "é🎬")
                loads.remove(gone)
                sent.remove(gone)
                lasting.remove(gone)
                try await vanishing(prometheus)
            }
        } catch {
            try await server.stop()
            throw error
        }
        try await server.stop()
    }

    private func compare(_ prometheus: PrometheusRun, jobs: Int) async throws {
        try await eventually("all jobs are up") {
            let up = try await prometheus.query("up == 1")
            return up.count == jobs
        }
        #expect(try await prometheus.value("max(scrape_samples_scraped{job=~\"text|openmetrics|protobuf\"})") == 40)
        for family in ["wait_seconds", "size_bytes", "engine_stream_seconds"] {
            let text = try await series(prometheus, family, job: "text")
            let openMetrics = try await series(prometheus, family, job: "openmetrics")
            #expect(text.count > 7)
            #expect(Set(text.values) == Set(openMetrics.values), "\(family)")
            #expect(try await series(prometheus, family, job: "protobuf") == openMetrics, "\(family)")
            #expect(try await series(prometheus, family, job: "negotiated") == openMetrics, "\(family)")
        }
        for name in ["engine_load", "engine_sent_bytes_total"] {
            let engines = Set(try await prometheus.query("\(name){job=\"text\"}").compactMap { $0.metric["engine"] })
            #expect(engines == ["a \"quoted\"", "b\\c\nd", "é🎬"])
        }
        let quantile = "histogram_quantile(0.95, wait_seconds_bucket{job=\"openmetrics\"})"
        let classic = try #require(try await prometheus.value(quantile))
        #expect((0.5...2.5).contains(classic))
    }

    /// The values of a histogram's series, by series.
    private func series(
        _ prometheus: PrometheusRun, _ family: String, job: String
    ) async throws -> [[String: String]: String] {
        let found = try await prometheus.query("{__name__=~\"\(family)_(bucket|sum|count)\",job=\"\(job)\"}")
        return Dictionary(
            uniqueKeysWithValues: found.map { series in
                (series.metric.filter { $0.key != "job" && $0.key != "instance" }, series.value.last?.text ?? "")
            })
    }

    private func native(_ prometheus: PrometheusRun) async throws {
        let sorted = Self.observations.sorted()
        let error = exp2(exp2(-3.0))
        for quantile in [0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999] {
            let shown = try #require(
                try await prometheus.value("histogram_quantile(\(quantile), wait_seconds{job=\"native\"})"))
            let exact = sorted[Int((quantile * Double(sorted.count)).rounded(.up)) - 1]
            #expect(shown / exact <= error && exact / shown <= error, "\(quantile): \(shown), exactly \(exact)")
        }
        #expect(try await prometheus.value("histogram_count(wait_seconds{job=\"native\"})") == 10_000)
        let sum = try #require(try await prometheus.value("histogram_sum(wait_seconds{job=\"native\"})"))
        #expect(abs(sum / sorted.reduce(0, +) - 1) < 1e-12)
        // A family that carries both is native alone.
        #expect(try await prometheus.query("wait_seconds_bucket{job=\"native\"}").isEmpty)
        for job in ["openmetrics", "protobuf"] {
            let found = try await prometheus.exemplars("wait_seconds_bucket{job=\"\(job)\"}").flatMap(\.exemplars)
            #expect(found.count >= 3, "\(job)")
            for exemplar in found {
                let number = try #require(exemplar.labels["trace_id"]?.split(separator: "-").last.flatMap { Int($0) })
                #expect(Double(exemplar.value) == Self.observations[number])
            }
        }
    }

    private func vanishing(_ prometheus: PrometheusRun) async throws {
        try await eventually("the series of an engine that is gone go stale", within: .seconds(15)) {
            try await prometheus.query("count({engine=\"é🎬\"})").isEmpty
        }
        let left = try #require(try await prometheus.value("count({engine=~\"a.*\"})"))
        #expect(left >= 4 * 7)
    }

    private static func configuration(port: Int, hasNative: Bool) -> String {
        var jobs = [
            ("text", "/text", "classic"), ("openmetrics", "/openmetrics", "classic"),
            ("protobuf", "/protobuf", "classic"), ("negotiated", "/metrics", "classic"),
        ]
        if hasNative { jobs.append(("native", "/metrics", "both")) }
        return "global: {scrape_interval: 1s, scrape_timeout: 1s}\nscrape_configs:\n"
            + jobs.map { name, path, histograms in
                """
                  - job_name: \(name)
                    metrics_path: \(path)
                    params: {histograms: [\(histograms)]}
                    static_configs: [{targets: ["127.0.0.1:\(port)"]}]

                """
            }.joined()
    }
}
