import Fleet
import Foundation
import Providers
import Testing

@Suite struct LeaseAPITests {
    private let noGrowth = ["MAX_REPLICAS": "4", "MIN_REPLICAS": "0", "MAX_STREAMS_PER_ENGINE": "2"]

    @Test func fiftySimultaneousRequestsGetExactlyTheEightSlots() async throws {
        try await withFolder { folder async throws in
            let engines = FakeEngines()
            try await withOrchestrator(noGrowth, engines: engines, folder: folder) { client async throws in
                for _ in 1...4 { #expect(try await client.post("/provision/acestream").status == 200) }
                let answers = try await withThrowingTaskGroup(of: TestClient.Answer.self) { group in
                    for _ in 1...50 { group.addTask { try await client.lease() } }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                let granted = try answers.filter { $0.status == 200 }.map { try $0.decoded(LeaseDocument.self) }
                #expect(granted.count == 8)
                let perEngine = Dictionary(grouping: granted, by: \.engine.container_id).mapValues(\.count)
                #expect(perEngine.values.allSatisfy { $0 == 2 })
                let refused = answers.filter { $0.status != 200 }
                #expect(refused.allSatisfy { $0.status == 503 && $0.text.contains("no_engine_available") })
                #expect(refused.allSatisfy { $0.header("Retry-After").flatMap { Int($0) } ?? 0 > 0 })
                #expect(refused.first?.header("Content-Type") == "application/problem+json")
            }
        }
    }

    @Test func waitingRequestProvisionsAnEngineAndGetsItOnceItAnswers() async throws {
        try await withFolder { folder async throws in
            let engines = FakeEngines()
            engines.setGateClosed(true)
            try await withOrchestrator(engines: engines, folder: folder) { client async throws in
                async let waiting = client.lease(waitMilliseconds: 20_000)
                try await eventually("an engine is created") { engines.created > 0 }
                try await eventually("it is listed, leased to nobody") {
                    try await client.get("/engines").text.contains("\"leases\":0")
                }
                engines.setGateClosed(false)
                let answer = try await waiting
                #expect(answer.status == 200)
                #expect(try answer.decoded(LeaseDocument.self).ttl_s == 30)
                let decisions = try await client.get("/autoscaler/decisions").text
                #expect(decisions.contains("1 waiting for an engine"))
            }
        }
    }

    @Test func requestThatWaitedInVainIsRefusedInTime() async throws {
        try await withFolder { folder async throws in
            let engines = FakeEngines()
            engines.setGateClosed(true)
            try await withOrchestrator(engines: engines, folder: folder) { client async throws in
                let start = ContinuousClock.now
                let answer = try await client.lease(waitMilliseconds: 300)
                #expect(answer.status == 503)
                #expect(ContinuousClock.now - start >= .milliseconds(300))
            }
        }
    }

    @Test func callerThatLeavesWhileWaitingHoldsNothing() async throws {
        try await withFolder { folder async throws in
            let engines = FakeEngines()
            engines.setGateClosed(true)
            try await withOrchestrator(["MAX_REPLICAS": "1"], engines: engines, folder: folder) { client async throws in
                await #expect(throws: (any Error).self) {
                    try await client.lease(waitMilliseconds: 30_000, timeout: .milliseconds(500))
                }
                try await eventually("the request is given up") {
                    try await client.get("/metrics").text.contains(#"orch_leases_total{outcome="cancelled"} 1"#)
                }
                engines.setGateClosed(false)
                try await eventually("the engine is ready and free") {
                    try await client.get("/metrics").text.contains("\norch_engines_free 1\n")
                }
                #expect(try await client.lease().status == 200)
            }
        }
    }

    @Test func excludedEnginesAreNotLeasedAndHoldNobodyElseUp() async throws {
        @Sendable func body(_ excluded: String, wait: Int = 0) -> String {
            #"{"content":{"key_type":"content_id","key":"x"},"wait_ms":\#(wait),"exclude":[\#(excluded)]}"#
        }
        try await withFolder { folder async throws in
            let engines = FakeEngines()
            let environment = ["MAX_REPLICAS": "2", "MAX_STREAMS_PER_ENGINE": "2"]
            try await withOrchestrator(environment, engines: engines, folder: folder) { client async throws in
                for _ in 1...2 { #expect(try await client.post("/provision/acestream").status == 200) }
                let list = try await client.get("/engines").decoded([EngineDocument].self)
                let (one, other) = (try #require(list.first), try #require(list.last))
                for name in [one.container_id, "localhost:\(one.port)"] {
                    let lease = try await client.post("/engines/lease", body("\"\(name)\""))
                    #expect(try lease.decoded(LeaseDocument.self).engine.container_id == other.container_id)
                    #expect(lease.text.contains("\"excluded\":1"))
                }
                // All but the excluded engine are taken: who waits for another one holds up nobody.
                #expect(try await client.post("/engines/lease", body("\"\(one.container_id)\"")).status == 503)
                async let waiting = client.post("/engines/lease", body("\"\(one.container_id)\"", wait: 20_000))
                try await eventually("it waits") {
                    try await client.get("/metrics").text.contains("\norch_leases_waiting 1\n")
                }
                let next = try await client.lease(waitMilliseconds: 10_000).decoded(LeaseDocument.self)
                #expect(next.engine.container_id == one.container_id)
                #expect(try await client.delete("/engines/lease/\(next.lease_id)").status == 200)
                let held = try await client.get("/engines").decoded([EngineDocument].self)
                #expect(held.count == 2)
                #expect(
                    try await client.post(
                        "/engines/lease",
                        #"{"content":{"key_type":"content_id","key":"x"},"#
                            + #""exclude":["a",1]}"#
                    ).status == 422)
                let many = (0..<101).map { "\"\($0)\"" }.joined(separator: ",")
                #expect(try await client.post("/engines/lease", body(many)).status == 422)
                for engine in engines.running where engine.id == other.container_id { engines.crash(engine.id) }
                // Its place is free then for a new engine, which the waiting request gets.
                #expect(try await waiting.decoded(LeaseDocument.self).engine.container_id != one.container_id)
            }
        }
    }

    @Test func returnedLeaseFreesItsSlotOnce() async throws {
        try await withFolder { folder async throws in
            let engines = FakeEngines()
            try await withOrchestrator(["MAX_REPLICAS": "1"], engines: engines, folder: folder) { client async throws in
                let lease = try await client.lease(waitMilliseconds: 10_000).decoded(LeaseDocument.self)
                #expect(try await client.lease().status == 503)
                #expect(try await client.delete("/engines/lease/\(lease.lease_id)?outcome=nonsense").status == 422)
                #expect(try await client.delete("/engines/lease/\(lease.lease_id)?outcome=dead_content").status == 200)
                #expect(try await client.delete("/engines/lease/\(lease.lease_id)").status == 404)
                #expect(try await client.lease().status == 200)
            }
        }
    }
}
