import Telemetry

/// The rewrite of version 2.
extension LegacyNames {
    private static let noVPN = "the VPN containers are not ours: orch_vpn_state has the state of each"

    static let goRewrite: [LegacyName] = [
        gauge("orch_active_streams", .v2, from: OrchestratorFamilies.streamsActive),
        gauge("orch_engines_healthy", .v2, health: .healthy),
        gauge("orch_engines_unhealthy", .v2, health: .unhealthy),
        LegacyName(.gauge, "orch_engines_draining", .v2, .family),
        LegacyName(.gauge, "orch_engines_used", .v2, .family),
        unavailable("orch_vpn_nodes_total", .v2, noVPN),
        unavailable("orch_vpn_nodes_healthy", .v2, noVPN),
        unavailable("orch_vpn_nodes_draining", .v2, noVPN),
        LegacyName(
            .counter, "acestream_proxy_http_requests_total", .v2, labels: ["mode", "endpoint", "status_code"],
            .rule(
                constant(
                    "mode", "ts",
                    sum(
                        "label_replace(label_replace(weir_proxy_http_requests_total, "
                            + "\"endpoint\", \"$1\", \"route\", \"(.*)\"), "
                            + "\"status_code\", \"$1\", \"code\", \"(.*)\")",
                        by: "endpoint, status_code")))),
        LegacyName(
            .histogram, "acestream_proxy_http_request_duration_seconds", .v2, labels: ["mode", "endpoint"],
            .rule(
                streamed(
                    "weir_proxy_http_request_duration_seconds$suffix{route=\"/ace/getstream\"}", histogram: true))),
        LegacyName(
            .histogram, "acestream_proxy_http_ttfb_seconds", .v2, labels: ["mode", "endpoint"],
            .rule(streamed("weir_proxy_time_to_first_byte_seconds$suffix", histogram: true))),
        mode(.gauge, "acestream_proxy_active_sessions", "weir_proxy_sessions"),
        mode(.counter, "acestream_proxy_bytes_ingress_total", "weir_proxy_received_bytes_total"),
        mode(.counter, "acestream_proxy_bytes_egress_total", "weir_proxy_sent_bytes_total"),
        mode(.counter, "acestream_proxy_connections_total", "weir_proxy_time_to_first_byte_seconds_count"),
        LegacyName(
            .gauge, "cp_engines_total", .v2, labels: ["status"],
            .rule(renamed("health_status", to: "status", "orch_engines"))),
        gauge("cp_desired_replicas", .v2, from: OrchestratorFamilies.enginesDesired),
        LegacyName(
            .counter, "cp_provisioning_total", .v2, labels: ["result"],
            .rule(
                [
                    constant("result", "success", sum("orch_provision_duration_seconds_count{success=\"true\"}")),
                    constant("result", "failed", sum("orch_provision_duration_seconds_count{success=\"false\"}")),
                    constant("result", "blocked", sum("orch_provision_refusals_total")),
                ].joined(separator: " or "))),
        LegacyName(.counter, "cp_reconcile_total", .v2, .rule(sum("orch_reconcile_duration_seconds_count"))),
        LegacyName(
            .counter, "cp_health_check_total", .v2, labels: ["status"],
            .rule(
                constant("status", "healthy", sum("orch_health_checks_total{result=\"success\"}")) + " or "
                    + constant("status", "unhealthy", sum("orch_health_checks_total{result!=\"success\"}")))),
        LegacyName(.gauge, "cp_vpn_nodes_total", .v2, labels: ["condition"], .unavailable(noVPN)),
        LegacyName(
            .gauge, "cp_intent_queue_depth", .v2,
            .rule("\(sum("orch_provisions_in_flight")) + \(sum("orch_engines_draining"))")),
        LegacyName(
            .gauge, "cp_circuit_breaker_open", .v2, labels: ["name"],
            .rule(renamed("breaker", to: "name", "orch_circuit_state{state=\"open\"}"))),
    ]

    private static func mode(_ kind: LegacyName.Kind, _ name: String, _ series: String) -> LegacyName {
        LegacyName(kind, name, .v2, labels: ["mode"], .rule(constant("mode", "ts", sum(series))))
    }
}
