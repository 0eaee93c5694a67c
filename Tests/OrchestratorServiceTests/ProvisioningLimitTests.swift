import Foundation
import OrchestratorService
import Providers
import TestSupport
import Testing

/// Every setting that bounds the creation of engines acts.
@Suite struct ProvisioningLimitTests {
    private func withServer(
        _ settings: [String: String], _ engines: FakeEngines = FakeEngines(),
        _ body: @escaping @Sendable (TestClient, FakeEngines) async throws -> Void
    ) async throws {
        try await withFolder { folder async throws in
            try await withOrchestrator(settings, engines: engines, folder: folder) { client async throws in
                try await body(client, engines)
            }
        }
    }

    private static let full = ProviderError(code: .unavailable, message: "disk full")

    @Test func failedCreationIsRepeatedAsOftenAsAllowed() async throws {
        try await withServer(["MAX_RETRIES": "2"]) { client, engines async throws in
            engines.refuseNext([Self.full, Self.full])
            #expect(try await client.post("/provision/acestream").status == 200)
            engines.refuseNext([Self.full, Self.full, Self.full])
            #expect(try await client.post("/provision/acestream").status == 500)
            let metrics = try await client.get("/metrics").text
            #expect(metrics.contains(#"orch_provision_retries_total{reason="uncertain"} 4"#))
        }
    }

    @Test func withoutRetriesTheFirstFailureIsFinal() async throws {
        try await withServer(["MAX_RETRIES": "0"]) { client, engines async throws in
            engines.refuseNext([Self.full])
            #expect(try await client.post("/provision/acestream").status == 500)
            #expect(try await client.post("/provision/acestream").status == 200)
        }
    }

    @Test func pauseBeforeARetryEndsWithTheTimeout() async throws {
        let settings = ["RETRY_BACKOFF_S": "60", "MAX_RETRIES": "100", "PROVISION_TIMEOUT_S": "1"]
        try await withServer(settings) { client, engines async throws in
            engines.refuse(Self.full)
            // A pause of up to a minute hardly ever fits into a second: the first failure is the last.
            let answer = try await client.post("/provision/acestream", timeout: .seconds(50))
            #expect(answer.status == 500)
        }
    }

    @Test func engineWhoseCreationWasNotAnsweredIsFoundAndNoSecondOneCreated() async throws {
        try await withServer([:]) { client, engines async throws in
            engines.loseNextAnswer()
            #expect(try await client.post("/provision/acestream").status == 200)
            #expect(engines.created == 1)
            #expect(engines.running.count == 1)
        }
    }

    @Test func providerThatNeverAnswersIsGivenUpAndItsEngineTakenInLater() async throws {
        let settings = ["PROVISION_TIMEOUT_S": "1", "MAX_REPLICAS": "1"]
        try await withServer(settings) { client, engines async throws in
            engines.setCreationHung(true)
            let answer = try await client.post("/provision/acestream")
            #expect(answer.status == 500)
            #expect(answer.text.contains("did not answer within"))
            // It may exist: no other one may be created.
            #expect(try await client.post("/provision/acestream").text.contains("MAX_REPLICAS"))
            engines.setCreationHung(false)
            try await eventually("the engine joins the fleet") {
                try await client.get("/engines").decoded([EngineDocument].self).map(\.health_status) == ["healthy"]
            }
            #expect(engines.created == 1)
            let metrics = try await client.get("/metrics").text
            #expect(metrics.contains("\norch_ports_used 1\n"))
        }
    }

    @Test func requestsWaitForTheirTurnAndOnlySoMany() async throws {
        let settings = ["MAX_CONCURRENT_PROVISIONS": "1", "MAX_QUEUED_PROVISIONS": "1"]
        try await withServer(settings) { client, engines async throws in
            engines.setCreationHung(true)
            defer { engines.setCreationHung(false) }
            let first = Task { try await client.post("/provision/acestream").status }
            try await eventually("the first is being created") {
                try await client.get("/metrics").text.contains("\norch_provisions_in_flight 1\n")
            }
            let second = Task { try await client.post("/provision/acestream").status }
            try await eventually("the second waits") {
                let metrics = try await client.get("/metrics").text
                return metrics.contains("\norch_provisions_waiting 1\n")
                    && metrics.contains("\norch_provision_queue_length 1\n")
            }
            let third = try await client.post("/provision/acestream")
            #expect(third.status == 503)
            #expect(third.text.contains(#""code":"max_capacity""#))
            engines.setCreationHung(false)
            #expect(try await first.value == 200)
            #expect(try await second.value == 200)
            let metrics = try await client.get("/metrics").text
            #expect(metrics.contains(#"orch_provision_refusals_total{reason="queue_full"} 1"#))
            try await eventually("the queue is empty") {
                try await client.get("/metrics").text.contains("\norch_provision_queue_length 0\n")
            }
        }
    }

    @Test func whatReconciliationMissesIsPartOfTheQueue() async throws {
        let settings = ["MAX_CONCURRENT_PROVISIONS": "1", "MIN_REPLICAS": "3"]
        try await withServer(settings) { client, engines async throws in
            engines.setCreationHung(true)
            defer { engines.setCreationHung(false) }
            try await eventually("two wait") {
                try await client.get("/metrics").text.contains("\norch_provision_queue_length 2\n")
            }
        }
    }

    @Test func creationsKeepTheirDistance() async throws {
        try await withServer(["MIN_PROVISION_INTERVAL_S": "2", "MIN_REPLICAS": "0"]) { client, _ async throws in
            let begin = ContinuousClock.now
            #expect(try await client.post("/provision/acestream").status == 200)
            #expect(try await client.post("/provision/acestream").status == 200)
            #expect(begin.duration(to: .now) >= .seconds(2))
        }
    }

    @Test func idleEnginesStayWithoutAutoDelete() async throws {
        let engines = FakeEngines()
        let settings = ["AUTO_DELETE": "false", "ENGINE_GRACE_PERIOD_S": "0", "AUTOSCALE_INTERVAL_S": "1"]
        try await withServer(settings, engines) { client, engines async throws in
            #expect(try await client.post("/scale/2").status == 200)
            try await eventually("two engines run") {
                try await client.get("/metrics").text.contains("\norch_engines_free 2\n")
            }
            #expect(try await client.post("/scale/0").status == 200)
            try await eventually("fewer are wanted") {
                try await client.get("/metrics").text.contains("\norch_engines_desired 0\n")
            }
            // A turn of the loop later.
            let observed = try await client.get("/metrics").text
            try await eventually("the loop has turned") { try await client.get("/metrics").text != observed }
            #expect(engines.removed.isEmpty)
            #expect(try await client.get("/orchestrator/status").text.contains(#""auto_delete":false"#))
        }
    }

    @Test func adoptedEngineThatIsStillStartingIsNotJudgedByItsFirstProbes() async throws {
        try await withFolder { folder async throws in
            let engines = FakeEngines()
            engines.setStartTime(Int64(Date().timeIntervalSince1970 * 1000))
            try await withOrchestrator(engines: engines, folder: folder) { client async throws in
                #expect(try await client.post("/provision/acestream").status == 200)
            }
            engines.setGateClosed(true)
            let settings = [
                "PROVISION_STARTUP_GRACE_S": "3600", "HEALTH_FAILURE_THRESHOLD": "1", "ENGINE_GRACE_PERIOD_S": "3600",
            ]
            try await withOrchestrator(settings, engines: engines, folder: folder) { client async throws in
                try await eventually("two probes have failed") {
                    let metrics = try await client.get("/metrics").text
                    return !metrics.contains(#"orch_health_checks_total{result="timeout"} 0"#)
                        && !metrics.contains(#"orch_health_checks_total{result="timeout"} 1\#n"#)
                }
                let engine = try await client.get("/engines").decoded([EngineDocument].self)
                #expect(engine.map(\.health_status) == ["unknown"])
                engines.setGateClosed(false)
                try await eventually("it is healthy") {
                    try await client.get("/engines").decoded([EngineDocument].self).map(\.health_status)
                        == ["healthy"]
                }
                #expect(engines.removed.isEmpty)
            }
            engines.setGateClosed(true)
            let strict = settings.merging(["PROVISION_STARTUP_GRACE_S": "0"]) { _, own in own }
            try await withOrchestrator(strict, engines: engines, folder: folder) { client async throws in
                try await eventually("without grace it is unhealthy") {
                    try await client.get("/metrics").text.contains(#"orch_engines{health_status="unhealthy"} 1"#)
                }
            }
        }
    }
}
