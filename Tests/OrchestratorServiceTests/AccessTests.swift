import Foundation
import OrchestratorService
import Outbound
import Settings
import Testing

/// Who may do what, from where.
@Suite struct AccessTests {
    /// 127.0.0.1 in a spelling that does not count as a loopback address.
    private static let elsewhere = "2130706433"

    private func bearer(_ key: String) -> [(name: String, value: String)] { [("Authorization", "Bearer \(key)")] }

    @Test func elsewhereReadingNeedsAKeyToo() async throws {
        let environment = ["APP_HOST": Self.elsewhere, "READ_API_KEY": "reader", "API_KEY_PREVIOUS": "old"]
        try await withFolder { folder async throws in
            try await withOrchestrator(environment, engines: FakeEngines(), folder: folder) { client async throws in
                for path in ["/engines", "/streams", "/events", "/orchestrator/status", "/autoscaler/decisions"] {
                    let refused = try await client.get(path)
                    #expect(refused.status == 401, "\(path)")
                    #expect(refused.text == #"{"detail":"missing bearer token"}"#)
                    #expect(refused.header("WWW-Authenticate") == "Bearer")
                    #expect(try await client.get(path, headers: bearer("nobody")).status == 403)
                    for key in ["reader", "old", TestClient.key] {
                        #expect(try await client.get(path, headers: bearer(key)).status == 200, "\(path) \(key)")
                    }
                }
                for path in ["/health", "/health/ready", "/health/status", "/version", "/metrics", "/panel/"] {
                    #expect(try await client.get(path).status == 200, "\(path)")
                }
                #expect(try await client.post("/scale/0", key: "reader").status == 403)
                #expect(try await client.post("/scale/0", key: "old").status == 200)
                let metrics = try await client.get("/metrics").text
                #expect(metrics.contains("\norch_api_refusals_total{reason=\"missing_key\"} 5\n"))
                #expect(metrics.contains("\norch_api_refusals_total{reason=\"wrong_key\"} 6\n"))
            }
            let published = ["APP_HOST": Self.elsewhere, "PUBLIC_READS": "1"]
            try await withOrchestrator(published, engines: FakeEngines(), folder: folder) { client async throws in
                #expect(try await client.get("/engines").status == 200)
                #expect(try await client.post("/scale/0", key: nil).status == 401)
            }
        }
    }

    @Test func aTokenClosesTheMetrics() async throws {
        let environment = ["METRICS_TOKEN": "scraper"]
        try await withFolder { folder async throws in
            try await withOrchestrator(environment, engines: FakeEngines(), folder: folder) { client async throws in
                #expect(try await client.get("/metrics").status == 401)
                #expect(try await client.get("/metrics", headers: bearer("x")).status == 403)
                #expect(try await client.get("/metrics", headers: bearer("scraper")).status == 200)
                #expect(try await client.post("/scale/0", key: "scraper").status == 403)
            }
        }
    }

    @Test func onlyAddressesAndKnownNamesAreServed() async throws {
        let environment = ["ALLOWED_HOSTS": "weir.example"]
        try await withFolder { folder async throws in
            try await withOrchestrator(environment, engines: FakeEngines(), folder: folder) { client async throws in
                for host in [
                    "localhost", "LOCALHOST:8000", "127.0.0.1", "[::1]:8000", "weir.example:80", "a.localhost",
                ] {
                    #expect(try await client.get("/engines", headers: [("Host", host)]).status == 200, "\(host)")
                }
                for host in ["rebound.example", "rebound.example:8000", "localhost.example", "1.2.3.4.example"] {
                    let refused = try await client.get("/engines", headers: [("Host", host)])
                    #expect(refused.status == 421, "\(host)")
                    #expect(refused.text.contains(#""code":"host_not_allowed""#))
                }
            }
        }
    }

    @Test func pagesOfConfiguredOriginsMayReadAnswers() async throws {
        let mine: [(name: String, value: String)] = [("Origin", "https://panel.example")]
        let allow = "Access-Control-Allow-Origin"
        try await withFolder { folder async throws in
            try await withOrchestrator(engines: FakeEngines(), folder: folder) { client async throws in
                #expect(try await client.get("/engines", headers: mine).header(allow) == nil)
            }
            let environment = ["CORS_ORIGINS": "https://panel.example"]
            try await withOrchestrator(environment, engines: FakeEngines(), folder: folder) { client async throws in
                let answer = try await client.get("/engines", headers: mine)
                #expect(answer.header(allow) == "https://panel.example")
                #expect(answer.header("Vary") == "Origin")
                let other = try await client.get("/engines", headers: [("Origin", "https://other.example")])
                #expect(other.header(allow) == nil)
                let asked = mine + [("Access-Control-Request-Method", "POST")]
                let preflight = try await client.request("OPTIONS", "/scale/1", headers: asked)
                #expect(preflight.status == 204)
                #expect(preflight.header("Access-Control-Allow-Headers")?.contains("Authorization") == true)
                #expect(try await client.post("/scale/1", key: nil, headers: mine).header(allow) != nil)
            }
        }
    }

    @Test func whatOperatorsDoIsWrittenDown() async throws {
        let environment = ["TRUSTED_PROXIES": "127.0.0.0/8", "API_KEY_PREVIOUS": "old"]
        try await withFolder { folder async throws in
            try await withOrchestrator(environment, engines: FakeEngines(), folder: folder) { client async throws in
                let forwarded: [(name: String, value: String)] = [("X-Forwarded-For", "9.9.9.9, 192.0.2.7, 127.0.0.1")]
                #expect(try await client.post("/scale/1", headers: forwarded).status == 200)
                #expect(try await client.post("/scale/x", key: "old").status == 422)
                #expect(try await client.post("/scale/1", key: "nobody").status == 403)
                let trail = try await client.get("/events?category=audit").decoded([Entry].self)
                #expect(
                    trail.map(\.message) == [
                        "POST /scale/{n} by API_KEY_PREVIOUS: 422", "POST /scale/{n} by API_KEY: 200",
                    ])
                #expect(trail.map(\.event_type) == ["system", "system"])
                #expect(trail.last?.details["address"] == "192.0.2.7")
                #expect(trail.last?.details["path"] == "/scale/1")
                #expect(trail.first?.details["address"] == "127.0.0.1")
                #expect(trail.first?.details["status"] == "422")
            }
            try await withOrchestrator(["AUDIT_ADDRESS_RETENTION_S": "0"], engines: FakeEngines(), folder: folder) {
                client async throws in
                #expect(try await client.post("/scale/1", headers: [("X-Forwarded-For", "192.0.2.7")]).status == 200)
                try await eventually("older addresses are gone") {
                    try await client.get("/events?category=audit").decoded([Entry].self)
                        .allSatisfy { $0.details["address"] == nil && $0.details["action"] == "POST /scale/{n}" }
                }
            }
        }
    }

    @Test func addressesOfStrangersAreNotBelieved() async throws {
        try await withFolder { folder async throws in
            try await withOrchestrator(engines: FakeEngines(), folder: folder) { client async throws in
                #expect(try await client.post("/scale/1", headers: [("X-Forwarded-For", "192.0.2.7")]).status == 200)
                let trail = try await client.get("/events?category=audit").decoded([Entry].self)
                #expect(trail.first?.details["address"] == "127.0.0.1")
            }
        }
    }

    @Test func itListensOnIPv6() async throws {
        try await withFolder { folder async throws in
            try await withOrchestrator(["APP_HOST": "::1"], engines: FakeEngines(), folder: folder) {
                client async throws in
                let address = "http://[::1]:\(client.port)"
                let open = try await client.outbound.send(
                    OutboundRequest("GET", "\(address)/engines", timeout: TestClient.patience))
                #expect(open.status == 200)
                let refused = try await client.outbound.send(
                    OutboundRequest("POST", "\(address)/scale/1", timeout: TestClient.patience))
                #expect(refused.status == 401)
            }
        }
    }

    @Test func keysChangeWhileRequestsAreServed() async throws {
        try await withFolder { folder async throws in
            let file = folder + "/key"
            try Data("first".utf8).write(to: URL(fileURLWithPath: file))
            let settings = try OrchestratorSettings(environment: ["API_KEY_FILE": file]).api.keys
            let ring = try KeyRing(settings)
            #expect(ring.accepts("first") && !ring.accepts("second"))
            try Data("second\n".utf8).write(to: URL(fileURLWithPath: file))
            try ring.reload()
            #expect(ring.accepts("second") && !ring.accepts("first"))
            // What cannot be used changes nothing.
            try Data("".utf8).write(to: URL(fileURLWithPath: file))
            #expect(throws: SettingsError.self) { try ring.reload() }
            #expect(ring.accepts("second"))
        }
    }

    private struct Entry: Decodable {
        var event_type: String
        var message: String
        var details: [String: String]
    }
}
