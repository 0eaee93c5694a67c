import Providers
import Testing

/// What every answer has, whatever is asked for.
@Suite struct AnswerTests {
    private let limit = "X-RateLimit-Provisioning-Limit"
    private let remaining = "X-RateLimit-Provisioning-Remaining"

    @Test func everyAnswerTellsWhatCanBeProvisioned() async throws {
        try await withFolder { folder async throws in
            let engines = FakeEngines()
            engines.setGateClosed(true)
            let environment = ["MAX_CONCURRENT_PROVISIONS": "3"]
            try await withOrchestrator(environment, engines: engines, folder: folder) { client async throws in
                for path in ["/engines", "/health", "/nowhere", "/engines/none", "/metrics", "/events?limit=x"] {
                    let answer = try await client.get(path)
                    #expect(answer.header(limit) == "3", "\(path)")
                    #expect(answer.header(remaining) == "3", "\(path)")
                    #expect(answer.header("X-Circuit-State") == nil)
                    #expect(answer.header("X-Content-Type-Options") == "nosniff")
                }
                async let provision = client.post("/provision/acestream")
                try await eventually("one is being created") {
                    try await client.get("/health").header(remaining) == "2"
                }
                engines.setGateClosed(false)
                #expect(try await provision.status == 200)
                try await eventually("none is") { try await client.get("/health").header(remaining) == "3" }
            }
        }
    }

    @Test func anOpenCircuitShowsInEveryAnswer() async throws {
        try await withFolder { folder async throws in
            let engines = FakeEngines()
            engines.refuse(ProviderError(code: .unavailable, message: "disk full"))
            let environment = ["CIRCUIT_BREAKER_FAILURE_THRESHOLD": "1", "CIRCUIT_BREAKER_RECOVERY_TIMEOUT_S": "120"]
            try await withOrchestrator(environment, engines: engines, folder: folder) { client async throws in
                #expect(try await client.post("/provision/acestream").status == 500)
                for path in ["/engines", "/health/ready", "/nowhere"] {
                    let answer = try await client.get(path)
                    #expect(answer.header("X-Circuit-State") == "open", "\(path)")
                    let seconds = try #require(answer.header("Retry-After").flatMap { Int($0) })
                    #expect((1...120).contains(seconds))
                }
            }
        }
    }

    @Test func headIsAnsweredAsGetWithoutABody() async throws {
        try await withFolder { folder async throws in
            try await withOrchestrator(engines: FakeEngines(), folder: folder) { client async throws in
                for path in ["/engines", "/streams", "/health", "/metrics", "/panel/", "/orchestrator/status"] {
                    let answer = try await client.request("HEAD", path)
                    #expect(answer.status == 200, "\(path)")
                    #expect(answer.body.isEmpty)
                }
                let list = try await client.request("HEAD", "/engines")
                #expect(list.header("Cache-Control") == "max-age=5")
                let tag = try #require(list.header("ETag"))
                #expect(tag.hasPrefix("W/\""))
                for method in ["GET", "HEAD"] {
                    let known = try await client.request(method, "/engines", headers: [("If-None-Match", tag)])
                    #expect(known.status == 304)
                    #expect(known.body.isEmpty)
                    #expect(known.header("ETag") == tag)
                }
            }
        }
    }

    @Test func otherMethodsAreRefusedWithThoseThereAre() async throws {
        try await withFolder { folder async throws in
            try await withOrchestrator(engines: FakeEngines(), folder: folder) { client async throws in
                let answer = try await client.request("PUT", "/scale/3")
                #expect(answer.status == 405)
                #expect(answer.text == #"{"detail":"Method Not Allowed"}"#)
                #expect(answer.header("Allow") == "POST, OPTIONS")
                #expect(try await client.request("OPTIONS", "/engines").header("Allow") == "GET, HEAD, OPTIONS")
                #expect(try await client.request("PATCH", "/nowhere").status == 404)
                // Not the engine of that name.
                #expect(try await client.request("GET", "/engines/lease").header("Allow") == "POST, OPTIONS")
            }
        }
    }

    @Test func aLongOperationIsAnsweredInTimeAndGoesOn() async throws {
        try await withFolder { folder async throws in
            let engines = FakeEngines()
            engines.setGateClosed(true)
            let environment = ["API_LONG_OPERATION_TIMEOUT_S": "1", "STARTUP_TIMEOUT_S": "600"]
            try await withOrchestrator(environment, engines: engines, folder: folder) { client async throws in
                let answer = try await client.post("/provision/acestream", "{}")
                #expect(answer.status == 504)
                #expect(answer.text.contains(#""code":"timeout""#))
                #expect(answer.header("Content-Type") == "application/problem+json")
                #expect(
                    try await client.get("/metrics").text.contains("\norch_api_refusals_total{reason=\"timeout\"} 1\n"))
                engines.setGateClosed(false)
                try await eventually("the engine is healthy") {
                    try await client.get("/engines").decoded([EngineDocument].self).first?.health_status == "healthy"
                }
            }
        }
    }
}
