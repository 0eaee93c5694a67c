import Telemetry

/// The orchestrator's own metrics from version 1.0 on.
extension LegacyNames {
    private static let noBuffer = "how many pieces an engine buffers is in a stream's live position only"
    private static let noContainers = "the resources of containers are a container exporter's to report"

    static let python: [LegacyName] =
        [
            LegacyName(.counter, "orch_stale_streams_detected_total", .v1, .family),
            gauge("orch_total_peers", .v1, from: OrchestratorFamilies.streamPeers),
            gauge("orch_total_streams", .v1, from: OrchestratorFamilies.streamsActive),
            gauge("orch_healthy_engines", .v1, health: .healthy),
            gauge("orch_unhealthy_engines", .v1, health: .unhealthy),
            gauge("orch_used_engines", .v1, from: OrchestratorFamilies.enginesUsed),
            LegacyName(
                .gauge, "orch_extra_engines", .v1,
                .rule("clamp_min(\(sum("orch_engines_free")) - \(sum("orch_scaling_free_target")), 0)")),
            LegacyName(
                .gauge, "orch_engine_state_count", .v16, labels: ["state"],
                .rule(renamed("health_status", to: "state", "orch_engines"))),
            LegacyName(
                .gauge, "orch_engine_uptime_avg_seconds", .v16,
                .rule("avg by (service, instance) (time() - orch_engine_first_seen_timestamp_seconds)")),
            unavailable("orch_active_infohash", .v16, labels: ["stream_key"], "a label for each content has no bound"),
        ]
        + [
            ("uploaded_bytes", "orch_stream_uploaded_bytes_total", 1),
            ("downloaded_bytes", "orch_stream_downloaded_bytes_total", 1),
            ("uploaded_mb", "orch_stream_uploaded_bytes_total", 1 << 20),
            ("downloaded_mb", "orch_stream_downloaded_bytes_total", 1 << 20),
            ("upload_speed_mbps", "orch_stream_upload_bytes_per_second", 1 << 20),
            ("download_speed_mbps", "orch_stream_download_bytes_per_second", 1 << 20),
        ].map { name, family, unit in
            LegacyName(
                .gauge, "orch_total_\(name)", .v1, .rule(sum(family) + (unit == 1 ? "" : " / \(unit)")))
        }
        + ["1", "2"].map {
            LegacyName(.gauge, "orch_vpn\($0)_engines", .v1, .rule(sum("orch_vpn_engines{vpn=\"\($0)\"}")))
        }
        + ["orch_vpn_health", "orch_vpn1_health", "orch_vpn2_health"].map {
            let number = $0.drop { !$0.isNumber }.prefix { $0.isNumber }
            let vpn = number.isEmpty ? "all" : String(number)
            return LegacyName(
                .stateSet, $0, .v1, labels: [$0],
                .rule(renamed("state", to: $0, "orch_vpn_state{vpn=\"\(vpn)\"}")))
        }
        + ["avg", "min"].map { unavailable("orch_stream_buffer_pieces_\($0)", .v16, noBuffer) }
        + [
            "total_cpu_percent", "total_memory_bytes", "network_rx_bytes_total", "network_tx_bytes_total",
            "network_rx_rate_bps", "network_tx_rate_bps", "block_read_bytes_total", "block_write_bytes_total",
            "restart_total", "oom_killed_total",
        ].map { unavailable("orch_docker_\($0)", .v16, noContainers) }
        + performance

    /// Timings of operations: those of the control loops.
    private static let performance: [LegacyName] = {
        let loops = "orch_loop_duration_seconds"
        func rate(_ suffix: String) -> String { renamed("loop", to: "operation", "rate(\(loops)\(suffix)[5m])") }
        func operation(_ name: String, _ today: LegacyName.Today) -> LegacyName {
            LegacyName(.gauge, "orch_performance_operation_" + name, .v15, labels: ["operation"], today)
        }
        let buckets = sum(
            "label_replace(rate(\(loops)_bucket[5m]), \"operation\", \"$1\", \"loop\", \"(.*)\")", by: "operation, le")
        return [
            operation("count", .rule(renamed("loop", to: "operation", loops + "_count"))),
            operation("avg_ms", .rule("1000 * \(rate("_sum")) / \(rate("_count"))")),
        ]
            + [("p50_ms", "0.5"), ("p95_ms", "0.95"), ("p99_ms", "0.99")].map { name, quantile in
                operation(name, .rule("1000 * histogram_quantile(\(quantile), \(buckets))"))
            }
            + ["min_ms", "max_ms"].map { operation($0, .unavailable("a histogram keeps no extremes")) }
            + [
                operation(
                    "success_rate",
                    .rule(
                        "100 * (1 - \(renamed("loop", to: "operation", "rate(orch_loop_failures_total[5m])")) / "
                            + "(\(rate("_count")) > 0))"))
            ]
    }()

    static func gauge(
        _ name: String, _ origin: LegacyName.Origin, from source: GaugeFamily<NoLabels>,
        _ service: LegacyShadow.Service = .orchestrator
    ) -> LegacyName {
        LegacyName(
            .gauge, name, origin, .rule(sum(source.family.name)),
            shadow: .gauge(name, service, "Earlier name of \(source.family.name).", from: source))
    }

    static func gauge(_ name: String, _ origin: LegacyName.Origin, health: HealthStatus) -> LegacyName {
        let selected = "orch_engines{health_status=\"\(health.rawValue)\"}"
        return LegacyName(
            .gauge, name, origin, .rule(sum(selected)),
            shadow: .gauge(
                name, .orchestrator, "Earlier name of \(selected).", from: OrchestratorFamilies.engines, Label(health)))
    }

    static func unavailable(
        _ name: String, _ origin: LegacyName.Origin, labels: [String] = [], _ reason: String
    ) -> LegacyName {
        LegacyName(.gauge, name, origin, labels: labels, .unavailable(reason))
    }
}
