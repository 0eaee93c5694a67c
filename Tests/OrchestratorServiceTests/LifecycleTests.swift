import Foundation
import OrchestratorService
import Providers
import TestSupport
import Testing

@Suite struct LifecycleTests {
    @Test func restartKeepsEnginesAndRunningStreams() async throws {
        try await withFolder { folder async throws in
            let engines = FakeEngines()
            let settings = ["MIN_REPLICAS": "2"]
            let before = try await withOrchestrator(settings, engines: engines, folder: folder) { client async throws in
                try await eventually("two engines are ready") {
                    try await client.get("/metrics").text.contains("\norch_engines_free 2\n")
                }
                let port = try #require(engines.running.first).httpPort
                let body = StreamEventTests.started("s1", port: port)
                #expect(try await client.post("/events/stream_started", body).status == 200)
                return try await client.get("/streams?status=started").text
            }
            let running = Set(engines.running.map(\.id))
            #expect(running.count >= 2)
            try await withOrchestrator(settings, engines: engines, folder: folder) { client async throws in
                #expect(try await client.get("/streams?status=started").text == before)
                try await eventually("the engines are healthy again") {
                    try await client.get("/engines").decoded([EngineDocument].self)
                        .filter { running.contains($0.container_id) && $0.health_status == "healthy" }.count
                        == running.count
                }
            }
            #expect(engines.removed.isEmpty)
            #expect(Set(engines.running.map(\.id)).isSuperset(of: running))
        }
    }

    @Test func deadEngineIsReplacedAndItsStreamsEnd() async throws {
        try await withFolder { folder async throws in
            let engines = FakeEngines()
            try await withOrchestrator(["MIN_REPLICAS": "1"], engines: engines, folder: folder) { client async throws in
                try await eventually("an engine is ready") {
                    try await client.get("/engines").text.contains("\"health_status\":\"healthy\"")
                }
                let victim = try #require(engines.running.first)
                _ = try await client.post(
                    "/events/stream_started", StreamEventTests.started("s1", port: victim.httpPort))
                engines.crash(victim.id)
                try await eventually("its stream has ended") {
                    try await client.get("/streams/abc%7Cs1").decoded(StreamDocument.self).end_reason == "engine_lost"
                }
                try await eventually("its record is freed and another engine runs") {
                    engines.removed.contains(victim.id) && !engines.running.isEmpty
                }
                let log = try await client.get("/events?event_type=engine&container_id=\(victim.id)").text
                #expect(log.contains("left: exited"))
            }
        }
    }

    @Test func scaleSetsAFloorAndLowersItOnlyAfterTheGracePeriod() async throws {
        try await withFolder { folder async throws in
            let engines = FakeEngines()
            try await withOrchestrator(["ENGINE_GRACE_PERIOD_S": "1"], engines: engines, folder: folder) {
                client async throws in
                #expect(try await client.post("/scale/3").text == #"{"scaled_to":3}"#)
                try await eventually("three engines run") { engines.running.count == 3 }
                #expect(try await client.post("/scale/1").status == 200)
                try await eventually("one engine is left") { engines.running.count == 1 }
                let decisions = try await client.get("/autoscaler/decisions").text
                #expect(decisions.contains("a floor of 3 engines was set by hand, 0 exist; 0 free now: add 3"))
                #expect(decisions.contains(#""direction":"down""#))
            }
        }
    }

    @Test func provisionRefusesWithTheReasonAndTheBreakerOpens() async throws {
        try await withFolder { folder async throws in
            let engines = FakeEngines()
            engines.refuse(ProviderError(code: .unavailable, message: "disk full"))
            let settings = ["CIRCUIT_BREAKER_FAILURE_THRESHOLD": "2"]
            try await withOrchestrator(settings, engines: engines, folder: folder) { client async throws in
                let failed = try await client.post("/provision/acestream")
                #expect(failed.status == 500)
                #expect(failed.text.contains("disk full"))
                _ = try await client.post("/provision/acestream")
                let blocked = try await client.post("/provision/acestream")
                #expect(blocked.status == 503)
                #expect(blocked.text.contains(#""code":"circuit_breaker""#))
                let lease = try await client.lease()
                #expect(lease.status == 503)
                #expect(lease.text.contains(#""code":"circuit_breaker""#))
                #expect(blocked.header("Retry-After") != nil)
                #expect(try await client.get("/health/ready").status == 503)
                let metrics = try await client.get("/metrics").text
                #expect(metrics.contains(#"orch_circuit_state{breaker="general",state="open"} 1"#))
            }
        }
    }

    @Test func engineCanBeDeletedByHand() async throws {
        try await withFolder { folder async throws in
            let engines = FakeEngines()
            try await withOrchestrator(engines: engines, folder: folder) { client async throws in
                #expect(try await client.post("/provision/acestream").status == 200)
                let engine = try #require(engines.running.first)
                #expect(try await client.get("/containers/\(engine.id)").status == 200)
                #expect(try await client.delete("/containers/\(engine.id)").text == #"{"deleted":"\#(engine.id)"}"#)
                #expect(engines.running.isEmpty)
                #expect(try await client.delete("/containers/\(engine.id)").status == 404)
            }
        }
    }

    @Test func alertNotificationsLandInTheEventLog() async throws {
        try await withFolder { folder async throws in
            try await withOrchestrator(engines: FakeEngines(), folder: folder) { client async throws in
                let payload =
                    #"{"version":"4","receiver":"weir","truncatedAlerts":0,"alerts":[{"status":"firing","#
                    + #""labels":{"alertname":"TargetDown","severity":"critical"},"#
                    + #""annotations":{"summary":"proxy is down"},"#
                    + #""startsAt":"2026-01-01T00:00:00Z","fingerprint":"f"}]}"#
                #expect(try await client.post("/webhooks/alertmanager", payload).status == 200)
                let log = try await client.get("/events?event_type=system&category=alert").text
                #expect(log.contains("TargetDown firing: proxy is down"))
                #expect(log.contains(#""severity":"critical""#))
                let older = payload.replacingOccurrences(of: #""version":"4""#, with: #""version":"3""#)
                #expect(try await client.post("/webhooks/alertmanager", older).status == 422)
            }
        }
    }

    @Test func engineListHasATagThatOnlyRealChangesAlter() async throws {
        try await withFolder { folder async throws in
            let engines = FakeEngines()
            try await withOrchestrator(engines: engines, folder: folder) { client async throws in
                #expect(try await client.post("/provision/acestream").status == 200)
                let first = try await client.get("/engines")
                let tag = try #require(first.header("ETag"))
                #expect(try await client.get("/engines", headers: [("If-None-Match", tag)]).status == 304)
                let port = try #require(engines.running.first).httpPort
                _ = try await client.post("/events/stream_started", StreamEventTests.started("s", port: port))
                #expect(try await client.get("/engines", headers: [("If-None-Match", tag)]).status == 200)
            }
        }
    }

    @Test func streamListHasATagThatItsStreamsAlter() async throws {
        try await withFolder { folder async throws in
            let engines = FakeEngines()
            try await withOrchestrator(engines: engines, folder: folder) { client async throws in
                #expect(try await client.post("/provision/acestream").status == 200)
                let tag = try #require(try await client.get("/streams?status=started").header("ETag"))
                let known = [("If-None-Match", tag)]
                #expect(try await client.get("/streams?status=started", headers: known).status == 304)
                let port = try #require(engines.running.first).httpPort
                _ = try await client.post("/events/stream_started", StreamEventTests.started("s", port: port))
                let changed = try await client.get("/streams?status=started", headers: known)
                #expect(changed.status == 200)
                #expect(changed.text.contains("\"s\""))
            }
        }
    }

    @Test func whatIsKnownOfAnEngineOutlivesSeveralRestarts() async throws {
        try await withFolder { folder async throws in
            let engines = FakeEngines()
            let before = try await withOrchestrator(engines: engines, folder: folder) { client async throws in
                #expect(try await client.post("/provision/acestream").status == 200)
                let port = try #require(engines.running.first).httpPort
                _ = try await client.post("/events/stream_started", StreamEventTests.started("s1", port: port))
                return try #require(try await client.get("/engines").decoded([EngineDocument].self).first)
            }
            for _ in 1...2 {
                try await withOrchestrator(engines: engines, folder: folder) { client async throws in
                    let engine = try #require(try await client.get("/engines").decoded([EngineDocument].self).first)
                    #expect(engine.first_seen == before.first_seen)
                    #expect(engine.last_stream_usage == before.last_stream_usage)
                    #expect(engine.streams == ["abc|s1"])
                }
            }
        }
    }

    @Test func providerThatHangsAtTheStartDelaysNothingButEngines() async throws {
        try await withFolder { folder async throws in
            let engines = FakeEngines()
            engines.setHung(true)
            try await withOrchestrator(["MIN_REPLICAS": "1"], engines: engines, folder: folder) { client async throws in
                defer { engines.setHung(false) }
                #expect(try await client.get("/health").status == 200)
                #expect(try await client.get("/health/ready").status == 503)
                let report = StreamEventTests.started("s1", port: 30_000)
                #expect(try await client.post("/events/stream_started", report).status == 503)
                #expect(engines.created == 0)
                engines.setHung(false)
                try await eventually("an engine runs") { engines.running.count == 1 }
                #expect(try await client.get("/health/ready").status == 200)
                #expect(try await client.post("/events/stream_started", report).status == 200)
            }
        }
    }

    @Test func creationThatFailsUnderASecondNameHoldsNothing() async throws {
        try await withFolder { folder async throws in
            let engines = FakeEngines()
            engines.refuseNext([
                ProviderError(code: .nameInUse, message: "taken"), ProviderError(code: .unavailable, message: "full"),
            ])
            let settings = ["MAX_REPLICAS": "1", "MAX_RETRIES": "0"]
            try await withOrchestrator(settings, engines: engines, folder: folder) { client async throws in
                #expect(try await client.post("/provision/acestream").status == 500)
                // Once it was seen that no engine came of it.
                try await eventually("another one is created") {
                    try await client.post("/provision/acestream").status == 200
                }
            }
        }
    }

    @Test func environmentNobodyCanPassOnIsRefusedAndOpensNoBreaker() async throws {
        try await withFolder { folder async throws in
            let settings = ["CIRCUIT_BREAKER_FAILURE_THRESHOLD": "1"]
            try await withOrchestrator(settings, engines: FakeEngines(), folder: folder) { client async throws in
                let answer = try await client.post("/provision/acestream", #"{"env":{"A=B":"x"}}"#)
                #expect(answer.status == 422)
                #expect(answer.text.contains(#""loc":["body","env"]"#))
                #expect(try await client.post("/provision/acestream").status == 200)
            }
        }
    }

    @Test func shutdownAnswersWhoWaitsForAnEngineAndKeepsIt() async throws {
        let noise = SchedulingNoise()
        try await withFolder { folder async throws in
            let engines = FakeEngines()
            engines.setGateClosed(true)
            let (waiting, stop) = try await withOrchestrator(engines: engines, folder: folder) { client async throws in
                let waiting = Task { try await client.post("/provision/acestream") }
                try await eventually("an engine is created") { engines.created == 1 }
                return (waiting, ContinuousClock.now)
            }
            #expect(ContinuousClock.now - stop < .seconds(5) + noise.total)
            let answer = try await waiting.value
            #expect(answer.status == 500)
            #expect(answer.text.contains("shutting down"))
            #expect(engines.running.count == 1)
        }
    }
}
