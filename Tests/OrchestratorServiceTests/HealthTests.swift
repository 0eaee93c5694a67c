import OrchestratorService
import Providers
import Testing

/// Every setting about the health of engines acts.
@Suite struct HealthTests {
    private struct Score: Decodable {
        var container_id: String
        var health_score: Int
    }

    /// Runs an orchestrator with so many engines, all healthy.
    private func withEngines(
        _ count: Int, _ settings: [String: String],
        _ body: @escaping @Sendable (TestClient, FakeEngines) async throws -> Void
    ) async throws {
        try await withFolder { folder async throws in
            let engines = FakeEngines()
            let quick = ["HEALTH_CHECK_INTERVAL_S": "1", "HEALTH_FAILURE_THRESHOLD": "1"]
            try await withOrchestrator(
                quick.merging(settings) { _, own in own }, engines: engines, folder: folder
            ) { client async throws in
                #expect(try await client.post("/scale/\(count)").status == 200)
                try await eventually("the engines are ready") {
                    try await client.get("/metrics").text.contains(#"orch_engines{health_status="healthy"} \#(count)"#)
                }
                try await body(client, engines)
            }
        }
    }

    private static func unhealthy(_ count: Int, _ client: TestClient) async throws -> Bool {
        try await client.get("/metrics").text.contains(#"orch_engines{health_status="unhealthy"} \#(count)"#)
    }

    @Test func unhealthyEngineIsReplacedAfterItsGracePeriodAndTheNewOneIsThereBefore() async throws {
        try await withEngines(2, ["HEALTH_UNHEALTHY_GRACE_PERIOD_S": "0"]) { client, engines async throws in
            let victim = try #require(engines.running.first)
            engines.setUnanswering(ports: [victim.httpPort])
            try await eventually("it was removed") { engines.removed.contains(victim.id) }
            #expect(engines.created == 3)
            try await eventually("two are healthy") {
                try await client.get("/metrics").text.contains(#"orch_engines{health_status="healthy"} 2"#)
            }
        }
    }

    @Test func unhealthyEngineStaysForItsGracePeriod() async throws {
        try await withEngines(2, ["HEALTH_UNHEALTHY_GRACE_PERIOD_S": "3600"]) { client, engines async throws in
            let victim = try #require(engines.running.first)
            engines.setUnanswering(ports: [victim.httpPort])
            try await eventually("another one is there") { engines.running.count == 3 }
            #expect(try await Self.unhealthy(1, client))
            #expect(engines.removed.isEmpty)
            // It recovers and is one of the engines again.
            engines.setUnanswering(ports: [])
            try await eventually("it is healthy") { try await Self.unhealthy(0, client) }
        }
    }

    @Test func nextUnhealthyEngineWaitsForTheCooldown() async throws {
        let settings = ["HEALTH_UNHEALTHY_GRACE_PERIOD_S": "0", "HEALTH_REPLACEMENT_COOLDOWN_S": "3600"]
        try await withEngines(3, settings) { client, engines async throws in
            engines.setUnanswering(ports: Set(engines.running.map(\.httpPort).sorted().prefix(2)))
            try await eventually("one was removed, and all are replaced") {
                let isComplete = try await client.get("/metrics").text
                    .contains(#"orch_engines{health_status="healthy"} 3"#)
                guard isComplete, engines.removed.count == 1 else { return false }
                return try await Self.unhealthy(1, client)
            }
        }
    }

    @Test func onlyEngineStaysHoweverIllItIsUntilAnotherOneWorks() async throws {
        let settings = [
            "HEALTH_UNHEALTHY_GRACE_PERIOD_S": "0", "HEALTH_REPLACEMENT_COOLDOWN_S": "0", "MAX_REPLICAS": "1",
            "MAX_RETRIES": "0", "CIRCUIT_BREAKER_REPLACEMENT_THRESHOLD": "1000",
        ]
        try await withEngines(1, settings) { client, engines async throws in
            let victim = try #require(engines.running.first)
            engines.refuse(ProviderError(code: .refused, message: "not now"))
            engines.setUnanswering(ports: [victim.httpPort])
            try await eventually("its replacement was tried") {
                let metrics = try await client.get("/metrics").text
                return !metrics.contains(#"orch_provider_calls_total{operation="create",outcome="refused"} 0"#)
            }
            #expect(engines.removed.isEmpty)
            engines.refuse(nil)
            try await eventually("it was replaced") {
                engines.removed == [victim.id] && engines.running.count == 1
            }
        }
    }

    @Test func hungProbesAreBoundedInNumber() async throws {
        try await withEngines(4, ["HEALTH_CHECK_CONCURRENCY": "1"]) { client, engines async throws in
            engines.setHung(ports: Set(engines.running.map(\.httpPort)))
            defer { engines.setHung(ports: []) }
            try await eventually("no probe ends any more") {
                let before = try await client.get("/metrics").text.split(separator: "\n")
                    .filter { $0.hasPrefix("orch_health_checks_total") }
                try await Task.sleep(for: .milliseconds(1500))
                let after = try await client.get("/metrics").text.split(separator: "\n")
                    .filter { $0.hasPrefix("orch_health_checks_total") }
                return before == after
            }
            #expect(engines.probesAtOnce == 1)
        }
    }

    @Test func failedStartsCostScoreByTheWeightSet() async throws {
        try await withEngines(1, ["HEALTH_SCORE_FAILURE_WEIGHT": "90", "MAX_REPLICAS": "1"]) { client, _ async throws in
            let lease = try await client.lease().decoded(LeaseDocument.self)
            _ = try await client.delete("/engines/lease/\(lease.lease_id)?outcome=engine_error")
            let score = try await client.get("/engines/health-score").decoded([Score].self)
            #expect(score.map(\.health_score) == [70])
            try await eventually("the metric says the same") {
                try await client.get("/metrics").text.contains("orch_engine_health_score{engine=\"acestream-1\"} 70")
            }
        }
    }

    @Test func engineWhoseStartsFailIsEjectedAndComesBack() async throws {
        let settings = ["ENGINE_EJECTION_FAILURES": "1", "ENGINE_EJECTION_TIME_S": "2", "MAX_REPLICAS": "2"]
        try await withEngines(2, settings) { client, _ async throws in
            let lease = try await client.lease().decoded(LeaseDocument.self)
            _ = try await client.delete("/engines/lease/\(lease.lease_id)?outcome=timeout")
            #expect(try await client.get("/metrics").text.contains("\norch_engine_ejections_total 1\n"))
            let other = try await client.lease().decoded(LeaseDocument.self)
            #expect(other.engine.container_id != lease.engine.container_id)
            try await eventually("it is back") {
                try await client.get("/events?event_type=health").text.contains("gets streams again")
            }
            let log = try await client.get("/events?event_type=health").text
            #expect(log.contains("1 in a row"))
            let back = try await client.lease().decoded(LeaseDocument.self)
            #expect(back.engine.container_id == lease.engine.container_id)
        }
    }
}
