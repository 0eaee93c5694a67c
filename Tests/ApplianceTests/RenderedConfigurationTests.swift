import Appliance
import Catalogue
import Foundation
import Telemetry
import Testing
import Yams

@Suite struct RenderedConfigurationTests {
    private let rendered = RenderedConfiguration(
        endpoints: Endpoints(ports: [.proxy: 1, .orchestrator: 2, .prometheus: 3, .alertmanager: 4]),
        rulesPath: "/x/rules/*.yml", apiKey: "0123")

    private func shipped(_ path: String) throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../..")
        return try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    @Test func prometheusGetsAddressesAndRules() throws {
        let text = try rendered.prometheus(from: shipped("deploy/prometheus.yml"))
        let root = try #require(try Yams.compose(yaml: text))
        #expect(root["rule_files"]?.array(of: String.self) == ["/x/rules/*.yml"])
        let manager = root["alerting"]?["alertmanagers"]?[0]?["static_configs"]?[0]?["targets"]
        #expect(manager?.array(of: String.self) == ["127.0.0.1:4"])
        let jobs = try #require(root["scrape_configs"]?.array())
        var targets: [String: String] = [:]
        for job in jobs {
            let group = job["static_configs"]?[0]
            targets[job["job_name"]?.string ?? ""] = group?["targets"]?[0]?.string
            #expect(group?["labels"]?["service"]?.string == job["job_name"]?.string?.replacing("-native", with: ""))
        }
        #expect(
            targets == [
                "weir-proxy": "127.0.0.1:1", "weir-proxy-native": "127.0.0.1:1",
                "weir-orchestrator": "127.0.0.1:2", "weir-orchestrator-native": "127.0.0.1:2",
            ])
        #expect(root["global"]?["scrape_interval"]?.string == "5s")
    }

    @Test(arguments: [
        ("weir-proxy-native", ProxyFamilies.all), ("weir-orchestrator-native", OrchestratorFamilies.all),
    ])
    func everyHistogramIsScrapedAsANativeOne(name: String, families: [MetricFamily]) throws {
        let root = try #require(try Yams.compose(yaml: shipped("deploy/prometheus.yml")))
        let job = try #require(root["scrape_configs"]?.array().first { $0["job_name"]?.string == name })
        #expect(job["params"]?["histograms"]?.array(of: String.self) == ["native"])
        let scraped = Set(job["params"]?["name[]"]?.array(of: String.self) ?? [])
        let histograms = families.filter { $0.kind == .histogram }.map(\.name)
        #expect(Set(histograms).subtracting(scraped) == [])
        let others = Set(families.map(\.name)).subtracting(histograms)
        #expect(scraped.isDisjoint(with: others))
    }

    @Test func alertmanagerGetsAddressAndKey() throws {
        let text = try rendered.alertmanager(from: shipped("alerts/alertmanager.yml"))
        let root = try #require(try Yams.compose(yaml: text))
        let hook = root["receivers"]?[0]?["webhook_configs"]?[0]
        #expect(hook?["url"]?.string == "http://127.0.0.1:2/webhooks/alertmanager")
        #expect(hook?["http_config"]?["authorization"]?["credentials"]?.string == "0123")
        #expect(hook?["send_resolved"]?.bool == true)
        #expect(root["route"]?["group_by"]?.array(of: String.self) == ["alertname", "service"])
    }

    @Test(arguments: ["- a", "scrape_configs: {}", "a: [", ""]) func otherFilesAreRefusedByName(text: String) {
        let error = #expect(throws: ApplianceError.self) { try rendered.prometheus(from: text) }
        #expect(error?.message.hasPrefix("deploy/prometheus.yml") == true)
    }
}
