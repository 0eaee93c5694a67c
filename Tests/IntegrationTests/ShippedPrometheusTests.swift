import Appliance
import Foundation
import Testing

/// The shipped Prometheus configuration and rules against a real orchestrator and, so that an alert fires, no proxy.
@Suite struct ShippedPrometheusTests {
    /// The queries of the design notes that need no failure to have data.
    private static let queries = [
        "histogram_quantile(0.95, rate(orch_api_duration_seconds_bucket[5m]))",
        "rate(orch_provision_total{kind=\"acestream\"}[5m])", "rate(orch_communication_errors_total[5m])",
        "orch_circuit_state{state=\"open\"}", "orch_engines_total{health_status=\"healthy\"} > 0",
        "service_endpoint:orch_api_duration_seconds:p95_rate5m",
    ]

    @Test(arguments: [nil, "native-histograms,exemplar-storage"]) func readsAService(features: String?) async throws {
        try await ServiceRun.around(.orchestrator) { run in
            try await PrometheusRun.around(configuration: try configuration(run), features: features) { prometheus in
                try await check(run, prometheus, hasNative: features != nil)
            }
        }
    }

    private func check(_ run: ServiceRun, _ prometheus: PrometheusRun, hasNative: Bool) async throws {
        var silent = Set(Self.queries)
        do {
            try await eventually("all queries have data", within: .seconds(30)) {
                _ = try await run.curl("/engines")
                for query in silent where try await !prometheus.query(query).isEmpty { silent.remove(query) }
                return silent.isEmpty
            }
        } catch {
            Issue.record("\(error): no series from \(silent.sorted())")
        }
        // What the native job brings stands apart and doubles nothing.
        let classic = "{__name__=~\"(orch|weir)_.+\",job=\"weir-orchestrator-native\"}"
        #expect(try await prometheus.value("up{job=\"weir-orchestrator-native\"}") == 1)
        if hasNative {
            let rate = "rate(orch_api_duration_seconds{job=\"weir-orchestrator-native\"}[1m])"
            try await eventually("native quantiles have data") {
                let quantile = try await prometheus.query("histogram_quantile(0.95, sum by (service) (\(rate)))")
                return quantile.first?.value.last.flatMap { Double($0.text) }.map { $0 > 0 && $0 < 1 } == true
            }
            let both = "sum(histogram_count(orch_api_duration_seconds{job=\"weir-orchestrator-native\"}))"
            #expect(try await prometheus.query(both).count == 1)
            #expect(
                try await prometheus.query("count by (__name__) (\(classic))").allSatisfy {
                    $0.metric["__name__"]?.hasSuffix("_bucket") == false
                })
        } else {
            #expect(try await prometheus.query("count(\(classic))").isEmpty)
        }
        let buckets = "count(orch_api_duration_seconds_bucket)"
        #expect(
            try await prometheus.value(
                "\(buckets) == count(orch_api_duration_seconds_bucket{job=\"weir-orchestrator\"})") != nil)
        // The proxy is not there: one alert, though two jobs read its address.
        try await eventually("the alert fires", within: .seconds(40)) {
            try await prometheus.query("ALERTS{alertname=\"TargetDown\",alertstate=\"firing\"}").count == 1
        }
        #expect(try await prometheus.value("count(up == 0)") == 2)
        #expect(try await prometheus.value("count(ALERTS{alertname=\"TargetDown\"})") == 1)
    }

    /// The shipped file with the run's address, scraping each second.
    private func configuration(_ run: ServiceRun) throws -> String {
        let root = URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let ports = try ServiceRun.freePorts()
        let rendered = RenderedConfiguration(
            endpoints: Endpoints(ports: [.proxy: ports[0], .orchestrator: run.port, .alertmanager: ports[1]]),
            rulesPath: root.appending(path: "alerts/rules/*.yml").path, apiKey: "")
        let text = try String(contentsOf: root.appending(path: "deploy/prometheus.yml"), encoding: .utf8)
        return try rendered.prometheus(from: text)
            .replacing("_interval: 5s", with: "_interval: 1s").replacing(
                "scrape_timeout: 4s", with: "scrape_timeout: 1s")
    }
}
