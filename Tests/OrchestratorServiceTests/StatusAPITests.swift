import EngineAPI
import Foundation
import Providers
import Testing

/// What the API says of the orchestrator as a whole, field by field.
@Suite struct StatusAPITests {
    private func fields(_ answer: TestClient.Answer) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: answer.body) as? [String: Any])
    }

    private func names(_ value: Any?) -> Set<String> { Set((value as? [String: Any] ?? [:]).keys) }

    @Test func theStatusHasEveryFieldOfItsPredecessors() async throws {
        try await withFolder { folder async throws in
            let engines = FakeEngines()
            let environment = ["MAX_REPLICAS": "1", "LOG_LEVEL": "debug"]
            try await withOrchestrator(environment, engines: engines, folder: folder) { client async throws in
                #expect(try fields(await client.get("/orchestrator/status"))["status"] as? String == "unavailable")
                #expect(try await client.post("/provision/acestream").status == 200)
                let status = try fields(await client.get("/orchestrator/status"))
                #expect(
                    Set(status.keys) == [
                        "status", "engines", "streams", "capacity", "vpn", "provisioning", "acexy", "config",
                        "timestamp",
                    ])
                #expect(names(status["engines"]) == ["total", "running", "healthy", "unhealthy"])
                #expect(names(status["streams"]) == ["active", "total"])
                #expect(names(status["capacity"]) == ["total", "used", "available", "max_replicas", "min_replicas"])
                #expect(names(status["vpn"]) == ["enabled", "connected", "health", "container", "forwarded_port"])
                #expect(names(status["config"]) == ["auto_delete", "grace_period_s", "engine_variant", "debug_mode"])
                #expect((status["acexy"] as? [String: Any])?["enabled"] as? Bool == false)
                #expect((status["config"] as? [String: Any])?["debug_mode"] as? Bool == true)
                let provisioning = try #require(status["provisioning"] as? [String: Any])
                #expect(
                    Set(provisioning.keys) == [
                        "can_provision", "circuit_breaker_state", "last_failure", "blocked_reason",
                        "blocked_reason_details",
                    ])
                let details = try #require(provisioning["blocked_reason_details"] as? [String: Any])
                #expect(details["code"] as? String == "max_capacity")
                #expect(
                    Set(details.keys) == ["code", "message", "recovery_eta_seconds", "can_retry", "should_wait"])
                #expect(status["status"] as? String == "healthy")
                let started = StreamEventTests.started("s1", port: try #require(engines.running.first).httpPort)
                _ = try await client.post("/events/stream_started", started)
                _ = try await client.post("/events/stream_ended", #"{"stream_id":"abc|s1"}"#)
                let streams = try fields(await client.get("/orchestrator/status"))["streams"] as? [String: Int]
                #expect(streams == ["active": 0, "total": 1])
            }
        }
    }

    @Test func readinessCarriesTheLimits() async throws {
        try await withFolder { folder async throws in
            let environment = ["MAX_CONCURRENT_PROVISIONS": "4", "API_REQUEST_TIMEOUT_S": "7"]
            try await withOrchestrator(environment, engines: FakeEngines(), folder: folder) { client async throws in
                let answer = try await client.get("/health/ready")
                #expect(answer.status == 200)
                let ready = try fields(answer)
                #expect(
                    Set(ready.keys) == [
                        "ready", "role", "engines", "active_streams", "circuit_state", "timestamp", "limits",
                    ])
                let limits = try #require(ready["limits"] as? [String: Double])
                #expect(limits["max_concurrent_provisions"] == 4)
                #expect(limits["provisions_remaining"] == 4)
                #expect(limits["request_timeout_s"] == 7)
                #expect(limits["long_operation_timeout_s"] == 60)
                #expect(limits["startup_timeout_s"] == 25)
            }
        }
    }

    @Test func breakersAreClosedByHand() async throws {
        try await withFolder { folder async throws in
            let engines = FakeEngines()
            engines.refuse(ProviderError(code: .unavailable, message: "disk full"))
            let environment = ["CIRCUIT_BREAKER_FAILURE_THRESHOLD": "1"]
            try await withOrchestrator(environment, engines: engines, folder: folder) { client async throws in
                let reset = "/health/circuit-breaker/reset"
                #expect(try await client.post("/provision/acestream").status == 500)
                #expect(try await client.post(reset + "?operation_type=other").status == 422)
                let replacement = try await client.post(reset + "?operation_type=replacement")
                #expect(replacement.text == #"{"message":"Circuit breaker for replacement reset successfully"}"#)
                #expect(try await client.get("/health").header("X-Circuit-State") == "open")
                let all = try await client.post(reset)
                #expect(all.text == #"{"message":"Circuit breaker all reset successfully"}"#)
                #expect(try await client.get("/health").header("X-Circuit-State") == nil)
                let status = try fields(await client.get("/health/status"))
                #expect(
                    Set(status.keys) == [
                        "total_engines", "healthy_engines", "unhealthy_engines", "marked_for_replacement",
                        "minimum_required", "health_check_interval", "circuit_breakers",
                    ])
                let breakers = status["circuit_breakers"] as? [String: Any]
                let fields: Set = [
                    "state", "failure_count", "failure_threshold", "last_failure_time", "last_success_time",
                    "recovery_timeout",
                ]
                #expect(names(breakers?["general"]) == fields)
                #expect(names(breakers?["replacement"]) == fields)
            }
        }
    }

    @Test func withoutAVPNItSaysSo() async throws {
        try await withFolder { folder async throws in
            try await withOrchestrator(engines: FakeEngines(), folder: folder) { client async throws in
                let status = try fields(await client.get("/vpn/status"))
                #expect(
                    Set(status.keys) == [
                        "enabled", "mode", "status", "container", "container_name", "health", "connected",
                        "forwarded_port", "public_ip", "provider", "country", "city", "region", "last_check",
                        "last_check_at", "vpn1", "vpn2", "emergency_mode",
                    ])
                #expect(status["enabled"] as? Bool == false)
                #expect(status["health"] as? String == "disabled")
                #expect(
                    names(status["emergency_mode"]) == ["active", "failed_vpn", "healthy_vpn", "duration_seconds"])
                let address = try await client.get("/vpn/publicip")
                #expect(address.status == 503)
                #expect(address.text == #"{"detail":"Unable to retrieve VPN public IP"}"#)
            }
        }
    }

    @Test func anEngineHasTheFieldsOfEveryGeneration() async throws {
        let labels = #"""
            {"labels":{"acestream.forwarded":"true","acestream.vpn_container":"gluetun","acestream.forwarded_port":"5",
            "acestream.engine_variant":"x","acestream.api_port":"62062","acestream.https_port":"45001"}}
            """#
        try await withFolder { folder async throws in
            try await withOrchestrator(engines: FakeEngines(), folder: folder) { client async throws in
                let made = try fields(await client.post("/provision/acestream", labels))
                #expect(
                    Set(made.keys) == [
                        "container_id", "container_name", "host_http_port", "container_http_port",
                        "container_https_port", "host_api_port", "container_api_port",
                    ])
                #expect(made["container_https_port"] as? Int == 45001)
                let list = try JSONSerialization.jsonObject(with: await client.get("/engines").body) as? [[String: Any]]
                let engine = try #require(list?.first)
                let required: Set = [
                    "container_id", "container_name", "host", "port", "labels", "first_seen", "last_seen", "streams",
                    "health_status", "last_health_check", "last_stream_usage", "forwarded", "vpn_container",
                    "engine_variant", "platform", "version", "forwarded_port", "api_port", "stream_count",
                ]
                #expect(required.isSubset(of: engine.keys))
                #expect(engine["forwarded"] as? Bool == true)
                #expect(engine["vpn_container"] as? String == "gluetun")
                #expect(engine["forwarded_port"] as? Int == 5)
                #expect(engine["engine_variant"] as? String == "x")
                #expect(engine["api_port"] as? Int == 62062)
                #expect(engine["stream_count"] as? Int == 0)
                // acexy's fork reads it as a time or null.
                #expect(engine["last_stream_usage"] is NSNull)
            }
        }
    }

    @Test func anEngineMayBeWantedAtAPort() async throws {
        try await withFolder { folder async throws in
            let engines = FakeEngines()
            try await withOrchestrator(engines: engines, folder: folder) { client async throws in
                let made = try fields(await client.post("/provision/acestream", #"{"host_port":31234,"image":"x"}"#))
                #expect(made["host_http_port"] as? Int == 31234)
                #expect(engines.running.map(\.httpPort) == [31234])
                let refused = try await client.post("/provision/acestream", #"{"host_port":31234}"#)
                #expect(refused.status == 409)
                #expect(refused.text.contains(#""code":"port_in_use""#))
                #expect(try await client.post("/provision/acestream", #"{"host_port":0}"#).status == 422)
            }
        }
    }

    @Test func garbageIsWhatHasEndedAndWhatNobodyNeeds() async throws {
        try await withFolder { folder async throws in
            let engines = FakeEngines()
            let environment = ["ENGINE_GRACE_PERIOD_S": "0"]
            try await withOrchestrator(environment, engines: engines, folder: folder) { client async throws in
                #expect(try await client.post("/scale/2").status == 200)
                try await eventually("both are healthy") {
                    try await client.get("/engines").decoded([EngineDocument].self)
                        .count { $0.health_status == "healthy" } == 2
                }
                let kept = try fields(await client.post("/gc"))
                #expect(kept["status"] as? String == "ok")
                #expect((kept["removed_engines"] as? [String])?.isEmpty == true)
                #expect(Set(kept.keys).isSuperset(of: ["freed_records", "ended_leases", "deleted_rows"]))
                #expect(engines.running.count == 2)
                #expect(try await client.post("/scale/0").status == 200)
                _ = try await client.post("/gc")
                try await eventually("both are gone") { engines.running.isEmpty }
            }
        }
    }

    @Test func figuresOfEnginesAreAskedOnce() async throws {
        try await withFolder { folder async throws in
            let engines = FakeEngines()
            try await withOrchestrator(engines: engines, folder: folder) { client async throws in
                #expect(try await client.get("/engines/stats/all").text == "{}")
                let none = try fields(await client.get("/engines/stats/total"))
                #expect(none["container_count"] as? Int == 0)
                #expect(try await client.post("/provision/acestream").status == 200)
                let engine = try #require(engines.running.first)
                #expect(try await client.get("/engines/none/stats").status == 404)
                #expect(try await client.post("/cache/clear").status == 200)
                let one = try fields(await client.get("/engines/\(engine.name)/stats"))
                #expect(
                    Set(one.keys) == [
                        "container_id", "cpu_percent", "memory_usage", "memory_limit", "memory_percent",
                        "network_rx_bytes", "network_tx_bytes", "block_read_bytes", "block_write_bytes",
                    ])
                #expect(one["container_id"] as? String == engine.id)
                #expect(one["memory_percent"] as? Double == 25)
                #expect(one["network_rx_bytes"] is NSNull)
                let total = try fields(await client.get("/engines/stats/total"))
                #expect(total["total_memory_usage"] as? Int == 1000)
                #expect(total["total_cpu_percent"] as? Double == 12.35)
                let usage = try fields(await client.get("/cache/stats"))
                #expect(Set(usage.keys) == ["size", "hits", "misses", "hit_rate", "entries"])
                #expect(try await client.post("/cache/clear").text == #"{"message":"Cache cleared successfully"}"#)
                #expect(try fields(await client.get("/cache/stats"))["size"] as? Int == 0)
            }
        }
    }

    @Test func prometheusFindsTheProxiesThatAreHeard() async throws {
        @Sendable func heartbeat(_ body: String, _ name: String, _ client: TestClient) async throws -> Int {
            try await client.post("/proxies/heartbeat", body, headers: [("Weir-Proxy", name)]).status
        }
        try await withFolder { folder async throws in
            try await withOrchestrator(engines: FakeEngines(), folder: folder) { client async throws in
                #expect(try await client.get("/sd/proxies").text == "[]")
                #expect(try await heartbeat(#"{"listen":":8080"}"#, "a", client) == 200)
                #expect(try await heartbeat(#"{"listen":"[::]:8081"}"#, "b", client) == 200)
                #expect(try await heartbeat(#"{"listen":"proxy-1:8080"}"#, "c", client) == 200)
                #expect(try await heartbeat(#"{"listen":"proxy-1:8080"}"#, "c2", client) == 200)
                #expect(try await heartbeat("{}", "d", client) == 200)
                for bad in ["", "host", "host:0", ":x", "::1:5"] {
                    #expect(try await heartbeat("{\"listen\":\"\(bad)\"}", "e", client) == 422, "\(bad)")
                }
                let answer = try await client.get("/sd/proxies")
                #expect(answer.header("Content-Type") == "application/json")
                let list = try #require(try JSONSerialization.jsonObject(with: answer.body) as? [[String: Any]])
                #expect(
                    list.map { $0["targets"] as? [String] } == [
                        ["127.0.0.1:8080"], ["127.0.0.1:8081"], ["proxy-1:8080"],
                    ])
                #expect(list.allSatisfy { $0["labels"] as? [String: String] == ["service": "weir-proxy"] })
            }
        }
    }
}
