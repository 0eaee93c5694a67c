import Catalogue
import OrchestratorService
import Providers
import Scaling
import Telemetry
import Testing

/// What the orchestrator tells Prometheus.
@Suite struct MetricsTests {
    @Test func everyFamilyOfTheCatalogueIsExposed() async throws {
        try await withFolder { folder async throws in
            try await withOrchestrator(engines: FakeEngines(), folder: folder) { client async throws in
                let lines = try await client.get("/metrics").text.split(separator: "\n")
                let types = lines.filter { $0.hasPrefix("# TYPE ") }.map { String($0.split(separator: " ")[2]) }
                #expect(Set(types.filter { $0.hasPrefix("orch_") }) == Set(OrchestratorFamilies.all.map(\.name)))
            }
        }
    }

    @Test func seriesOfAnEngineVanishWithIt() async throws {
        try await withFolder { folder async throws in
            let engines = FakeEngines()
            try await withOrchestrator(engines: engines, folder: folder) { client async throws in
                #expect(try await client.post("/provision/acestream").status == 200)
                let engine = try #require(engines.running.first)
                let label = "{engine=\"\(engine.name)\"}"
                let before = try await client.get("/metrics").text
                #expect(before.contains("\norch_engine_up\(label) 1\n"))
                #expect(before.contains("\norch_engine_health_score\(label) 100\n"))
                #expect(before.contains("\norch_engine_streams\(label) 0\n"))
                #expect(before.contains("\norch_engine_first_seen_timestamp_seconds\(label) "))
                #expect(before.contains("\norch_engines_added_total{origin=\"provisioned\"} 1\n"))
                #expect(try await client.delete("/containers/\(engine.id)").status == 200)
                let after = try await client.get("/metrics").text
                #expect(!after.contains("engine=\"\(engine.name)\""))
                #expect(after.contains("\norch_engines_removed_total{reason=\"requested\"} 1\n"))
            }
        }
    }

    @Test func aStreamsWayIsCountedAtEveryStep() async throws {
        try await withFolder { folder async throws in
            let engines = FakeEngines()
            try await withOrchestrator(["MAX_REPLICAS": "1"], engines: engines, folder: folder) { client async throws in
                let lease = try await client.lease(waitMilliseconds: 10_000).decoded(LeaseDocument.self)
                let started = StreamEventTests.started("s1", port: lease.engine.port)
                _ = try await client.post("/events/stream_started", started)
                _ = try await client.post("/events/stream_started", started)
                let ended = #"{"stream_id":"abc|s1","reason":"eof"}"#
                #expect(try await client.post("/events/stream_ended", ended).text.contains(#""updated":true"#))
                _ = try await client.post("/webhooks/alertmanager", #"{"version":"4","alerts":[]}"#)
                #expect(try await client.post("/events/stream_ended", "nonsense").status == 422)
                let text = try await client.get("/metrics").text
                for line in [
                    #"orch_communication_errors_total{source="proxy",error_type="protocol"} 1"#,
                    #"orch_leases_total{outcome="granted_after_wait"} 1"#,
                    #"orch_lease_wait_duration_seconds_count{outcome="granted_after_wait"} 1"#,
                    "orch_leases_waiting 0",
                    #"orch_stream_reports_total{event="started",result="applied"} 1"#,
                    #"orch_stream_reports_total{event="started",result="repeated"} 1"#,
                    #"orch_stream_reports_total{event="ended",result="applied"} 1"#,
                    #"orch_streams_ended_total{reason="eof"} 1"#,
                    #"orch_provider_calls_total{operation="create",outcome="ok"} 1"#,
                    #"orch_provision_duration_seconds_count{success="true"} 1"#,
                    #"orch_alert_webhooks_total{result="accepted"} 1"#,
                    "orch_database_write_errors_total 0", "orch_provisions_in_flight 0", "orch_ports_used 1",
                    "orch_ports_limit 100", "orch_stream_slots 1", "orch_api_requests_in_flight 0",
                ] {
                    let isThere = text.contains("\n\(line)\n")
                    #expect(isThere, "\(line)")
                }
                // A decision between the request and its waiting rests on the demand alone.
                let reasons = ["waiting", "demand"].map {
                    #"orch_scaling_decisions_total{direction="up",reason="\#($0)"} 1"#
                }
                #expect(reasons.contains { text.contains("\n\($0)\n") })
                for name in [
                    "orch_database_write_duration_seconds_count", "orch_database_batch_changes_sum",
                    #"orch_loop_duration_seconds_count{loop="observe"}"#, "orch_reconcile_duration_seconds_count",
                    #"orch_loop_last_success_timestamp_seconds{loop="reconcile"}"#,
                    #"orch_health_check_duration_seconds_count{result="success"}"#,
                    #"orch_provider_call_duration_seconds_count{operation="list"}"#,
                ] {
                    let value = text.split(separator: "\n").first { $0.hasPrefix(name + " ") }?.split(separator: " ")
                    #expect((value?.last).flatMap { Double($0) } ?? 0 > 0, "\(name)")
                }
            }
        }
    }

    @Test func refusalsAndTheBreakersChangesAreCounted() async throws {
        try await withFolder { folder async throws in
            let engines = FakeEngines()
            engines.refuse(ProviderError(code: .unavailable, message: "disk full"))
            let settings = ["CIRCUIT_BREAKER_FAILURE_THRESHOLD": "2", "MAX_RETRIES": "0"]
            try await withOrchestrator(settings, engines: engines, folder: folder) { client async throws in
                for _ in 1...3 { _ = try await client.post("/provision/acestream") }
                let text = try await client.get("/metrics").text
                for line in [
                    #"orch_provider_calls_total{operation="create",outcome="unavailable"} 2"#,
                    #"orch_circuit_transitions_total{breaker="general",state="open"} 1"#,
                    #"orch_circuit_consecutive_failures{breaker="general"} 2"#,
                    #"orch_provision_refusals_total{reason="circuit_open"} 1"#,
                    #"orch_communication_errors_total{source="provider",error_type="connection"} 2"#,
                ] {
                    let isThere = text.contains("\n\(line)\n")
                    #expect(isThere, "\(line)")
                }
            }
        }
    }

    @Test func adoptedEnginesAreCountedAndEarlierNamesServedOnRequest() async throws {
        try await withFolder { folder async throws in
            let engines = FakeEngines()
            try await withOrchestrator(engines: engines, folder: folder) { client async throws in
                #expect(try await client.post("/provision/acestream").status == 200)
            }
            try await withOrchestrator(["METRICS_LEGACY_NAMES": "true"], engines: engines, folder: folder) {
                client async throws in
                try await eventually("the engine is healthy under its earlier name") {
                    try await client.get("/metrics").text
                        .contains("\norch_engines_total{health_status=\"healthy\"} 1\n")
                }
                let text = try await client.get("/metrics").text
                #expect(text.contains("\norch_engines_added_total{origin=\"adopted\"} 1\n"))
                #expect(text.contains("\norch_healthy_engines 1\n"))
            }
        }
    }

    @Test(arguments: [
        (3, 1, 0, 0.0, 1, ScalingReason.waiting), (3, 0, 3, 0.0, 1, .floor), (3, 0, 0, 2.0, 2, .errorBudget),
        (3, 0, 0, 0.5, 2, .demand),
        (3, 0, 0, 2.0, 1, .minimum), (2, 1, 0, 0.0, 1, .steady), (1, 0, 0, 0.0, 1, .surplus),
    ])
    func aDecisionRestsOnItsMostUrgentInput(
        desired: Int, waiting: Int, floor: Int, burnRate: Double, freeTarget: Int, reason: ScalingReason
    ) {
        let decision = ScalingDecision(
            at: 0, policy: "slo", desired: desired, current: 2, free: 0, used: 2,
            direction: desired > 2 ? .up : desired < 2 ? .down : .hold, reason: "",
            inputs: ScalingDecision.Inputs(
                startRate: 0, dispersion: 1, leadTimeSeconds: 1, quantile: 0.99, freeTarget: freeTarget,
                waiting: waiting, burnRate: burnRate, floor: floor))
        #expect(ScalingReason(decision, minFree: 1) == reason)
    }
}
