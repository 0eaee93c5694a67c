/// The first generation, and what the design notes ask for.
extension LegacyNames {
    static let firstGeneration: [LegacyName] = [
        LegacyName(.counter, "orch_events_started_total", .first, .family),
        LegacyName(.counter, "orch_events_ended_total", .first, .family),
        LegacyName(
            .counter, "orch_collector_errors_total", .first, .rule(sum("orch_collect_errors_total")),
            shadow: .counter(
                "orch_collector_errors_total", .orchestrator, "Earlier name of orch_collect_errors_total.",
                from: OrchestratorFamilies.collectErrors)),
        LegacyName(.counter, "orch_collect_errors_total", .first, .family),
        LegacyName(.gauge, "orch_streams_active", .first, .family),
        LegacyName(.counter, "orch_provision_total", .first, labels: ["kind"], .family),
        LegacyName(.counter, "orch_api_requests_total", .notes, labels: ["endpoint", "method", "status"], .family),
        LegacyName(.histogram, "orch_api_duration_seconds", .notes, labels: ["endpoint", "method"], .family),
        LegacyName(.histogram, "orch_provision_duration_seconds", .notes, labels: ["success"], .family),
        LegacyName(.counter, "orch_communication_errors_total", .notes, labels: ["source", "error_type"], .family),
        LegacyName(.gauge, "orch_circuit_state", .notes, labels: ["state"], .family),
        LegacyName(
            .gauge, "orch_engines_total", .notes, labels: ["health_status"],
            .rule(sum("orch_engines", by: "health_status")),
            shadow: .misnamedGauge(
                "orch_engines_total", .orchestrator, "Earlier name of the gauge orch_engines.",
                from: OrchestratorFamilies.engines)),
    ]
}
