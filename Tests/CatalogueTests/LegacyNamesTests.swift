import Catalogue
import Foundation
import Observatory
import Telemetry
import Testing

@Suite struct LegacyNamesTests {
    private let families = ProxyFamilies.all + OrchestratorFamilies.all

    @Test func eachNameIsListedOnceAndMeansOneThing() {
        let names = LegacyNames.all.map(\.name)
        #expect(Set(names).count == names.count)
        for name in LegacyNames.all {
            let family = families.first { $0.name == name.name }
            switch name.today {
            case .family:
                #expect(family.map { Set(name.labels).isSubset(of: $0.labelNames) } == true, "\(name.name)")
                #expect(family?.kind.rawValue == name.kind.rawValue, "\(name.name)")
            case .rule, .unavailable:
                #expect(family == nil, "\(name.name) is a family of today")
            }
            if case .unavailable(let reason) = name.today { #expect(!reason.isEmpty) }
        }
    }

    /// What the contract of each earlier version lists.
    @Test(arguments: [
        "orch_{events_started,events_ended,collector_errors,collect_errors,provision,stale_streams_detected}_total",
        "orch_{streams_active,api_requests_total,api_duration_seconds,provision_duration_seconds,circuit_state}",
        "orch_{communication_errors_total,engines_total}",
        "orch_total_{uploaded_bytes,uploaded_mb,downloaded_bytes,downloaded_mb,peers,streams}",
        "orch_total_{upload,download}_speed_mbps", "orch_{healthy,unhealthy,used,extra,vpn1,vpn2}_engines",
        "orch_{vpn,vpn1,vpn2}_health", "orch_performance_operation_{count,success_rate}",
        "orch_performance_operation_{avg,p50,p95,p99,min,max}_ms",
        "orch_proxy_{stream_requests_total,stream_request_duration_seconds,ttfb_seconds,http_errors_total}",
        "orch_proxy_client_{connect,disconnect}_total", "orch_proxy_active_clients{,_ts,_hls}",
        "orch_proxy_{disconnect_rate_per_minute,success_rate,4xx_rate_per_minute,5xx_rate_per_minute}",
        "orch_proxy_{ttfb_avg_ms,ttfb_p95_ms}", "orch_proxy_{ingress,egress}_bytes_total",
        "orch_proxy_{ingress,egress}_rate_bps",
        "orch_{engine_state_count,engine_uptime_avg_seconds,active_infohash,global_egress_bandwidth_mbps}",
        "orch_stream_buffer_pieces_{avg,min}", "orch_system_success_rate",
        "orch_docker_{total_cpu_percent,total_memory_bytes,network_rx_bytes_total,network_tx_bytes_total}",
        "orch_docker_{network_rx_rate_bps,network_tx_rate_bps,block_read_bytes_total,block_write_bytes_total}",
        "orch_docker_{restart_total,oom_killed_total}", "orch_active_streams",
        "orch_engines_{total,healthy,unhealthy,draining,used}", "orch_vpn_nodes_{total,healthy,draining}",
        "acestream_proxy_http_{requests_total,request_duration_seconds,ttfb_seconds}",
        "acestream_proxy_{active_sessions,bytes_ingress_total,bytes_egress_total,connections_total}",
        "cp_{engines_total,desired_replicas,provisioning_total,reconcile_total,health_check_total,vpn_nodes_total}",
        "cp_{intent_queue_depth,circuit_breaker_open}",
    ])
    func noNameOfTheContractIsMissing(pattern: String) {
        let listed = Set(LegacyNames.all.map(\.name))
        let parts = pattern.split(separator: "{", omittingEmptySubsequences: false).map(String.init)
        let rest = parts.count > 1 ? parts[1].split(separator: "}", omittingEmptySubsequences: false) : ["", ""]
        for variant in rest[0].split(separator: ",", omittingEmptySubsequences: false) {
            #expect(listed.contains(parts[0] + variant + rest[1]))
        }
    }

    @Test func rulesUseNothingButTodaysFamilies() {
        let today = Set(families.flatMap(PromQLNames.exposed))
        for name in LegacyNames.all {
            guard case .rule(let expression) = name.today else { continue }
            // Some labels are called like the metric.
            let used = PromQLNames.metrics(in: expression.replacing("$suffix", with: "")).subtracting(name.labels)
            #expect(!used.isEmpty && used.isSubset(of: today), "\(name.name): \(used.subtracting(today))")
        }
    }

    @Test func theCommittedRulesAreTheGeneratedOnes() throws {
        let committed = try String(contentsOf: PromQLNames.file("alerts/rules/legacy.yml"), encoding: .utf8)
        #expect(committed == LegacyRules.yaml(), "write it with: weir generate legacy-rules > alerts/rules/legacy.yml")
    }

    @Test func prometheusReadsTheRules() throws {
        let path = PromQLNames.file("alerts/rules/legacy.yml").path
        let output = try Shell.output("promtool check rules \(path) 2>&1")
        let count = LegacyNames.all.reduce(0) { $0 + $1.recordings.count }
        #expect(output.contains("SUCCESS: \(count) rules found"), "\(output)")
    }

    @Test func valuesAreServedUnderTheirEarlierNames() {
        let registry = Registry()
        OrchestratorFamilies.register(in: registry)
        LegacyNames.register(for: .orchestrator, in: registry)
        let engines: GaugeVector<Label<HealthStatus>> = registry.gauge(OrchestratorFamilies.engines)
        let errors: Counter = registry.counter(OrchestratorFamilies.collectErrors)
        engines[Label(.healthy)].set(3)
        errors.increment(by: 2)
        func lines() -> Set<Substring> {
            Set(String(decoding: registry.exposition(), as: UTF8.self).split(separator: "\n"))
        }
        #expect(
            lines().isSuperset(of: [
                "orch_engines_total{health_status=\"healthy\"} 3", "orch_engines_total{health_status=\"unknown\"} 0",
                "orch_healthy_engines 3", "orch_engines_healthy 3", "orch_collector_errors_total 2",
            ]))
        engines[Label(.healthy)].set(1)
        errors.increment()
        #expect(
            lines().isSuperset(of: [
                "orch_engines_total{health_status=\"healthy\"} 1", "orch_healthy_engines 1",
                "orch_collector_errors_total 3",
            ]))
    }

    @Test func whatAServiceServesIsNotRecordedForIt() {
        let recorded = LegacyNames.all.first { $0.name == "orch_used_engines" }?.recordings.first?.expression
        #expect(
            recorded == "(sum by (service, instance) (orch_engines_used)) "
                + "unless on (service, instance) orch_used_engines{job!=\"\"}")
    }
}
