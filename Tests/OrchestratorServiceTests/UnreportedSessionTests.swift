import Foundation
import Providers
import Testing

/// Engine sessions that a proxy names in its signs of life because no report has told of them.
@Suite struct UnreportedSessionTests {
    private static let environment = ["PROXY_TTL_S": "5", "MAX_STREAMS_PER_ENGINE": "8"]
    private static let me: [(name: String, value: String)] = [("Weir-Proxy", "me")]

    /// As a proxy sends it; the URL names another host and port than the engine's.
    private static func heartbeat(_ paths: [String], port: Int) -> String {
        let sessions = paths.map {
            #"{"engine":{"host":"127.0.0.1","port":\#(port)},"command_url":"http://203.0.113.1:1\#($0)"}"#
        }
        return "{\"unreported\":[\(sessions.joined(separator: ","))]}"
    }

    @Test func theyAreStoppedAtTheKnownAddressWhenTheirProxyIsLost() async throws {
        try await withFolder { folder async throws in
            let engines = FakeEngines()
            engines.failStops(1)
            try await withOrchestrator(Self.environment, engines: engines, folder: folder) { client async throws in
                #expect(try await client.post("/provision/acestream").status == 200)
                let port = try #require(engines.running.first).httpPort
                let mine = Self.heartbeat(["/ace/cmd/abc/def", "/admin?x=/ace/cmd/a/b"], port: port)
                let elsewhere = Self.heartbeat(["/ace/cmd/abc/other"], port: 1)
                let proxies = LivingProxies(client, ["me": mine, "other": elsewhere])
                try await eventually("all are known") { try await client.metric("orch_unreported_sessions") == 3 }
                await proxies.fallSilent()

                try await eventually("both proxies are lost") { try await client.metric("orch_proxies") == 0 }
                #expect(try await client.metric("orch_proxies_lost_total") ?? 0 >= 2)
                // The first attempt has failed.
                try await eventually("the session is stopped") { engines.stops.count >= 2 }
                #expect(Set(engines.stops) == ["127.0.0.1:\(port)/ace/cmd/abc/def"])
                try await eventually("stops are counted") {
                    try await client.metric(#"orch_engine_session_stops_total{result="stopped"}"#) ?? 0 >= 1
                }
                #expect(try await client.metric(#"orch_engine_session_stops_total{result="skipped"}"#) ?? 0 >= 2)
                #expect(try await client.metric("orch_unreported_sessions") == 0)
                #expect(try await client.get("/events?category=proxy_lost").text.contains("unreported_sessions"))
            }
        }
    }

    @Test func oneThatWasReportedMeanwhileIsStoppedAsAStream() async throws {
        try await withFolder { folder async throws in
            let engines = FakeEngines()
            try await withOrchestrator(Self.environment, engines: engines, folder: folder) { client async throws in
                #expect(try await client.post("/provision/acestream").status == 200)
                let port = try #require(engines.running.first).httpPort
                let body = Self.heartbeat(["/ace/cmd/abc/def"], port: port)
                let proxies = LivingProxies(client, ["me": body])
                try await eventually("it is known") { try await client.metric("orch_unreported_sessions") == 1 }
                let report = StreamEventTests.started("s", port: port)
                    .replacingOccurrences(of: "http://x/cmd", with: "http://203.0.113.1:1/ace/cmd/abc/def")
                _ = try await client.post("/events/stream_started", report, headers: Self.me)
                #expect(try await client.post("/proxies/heartbeat", body, headers: Self.me).status == 200)
                #expect(try await client.metric("orch_unreported_sessions") == 0)
                await proxies.fallSilent()
                try await eventually("the proxy is lost") {
                    try await client.metric("orch_proxies_lost_total") == 1
                }
                try await eventually("stops are counted") {
                    try await client.metric(#"orch_engine_session_stops_total{result="stopped"}"#) == 1
                }
                #expect(engines.stops.count == 1)
            }
        }
    }

    @Test(arguments: [
        #"{"unreported":{}}"#, #"{"unreported":[1]}"#, #"{"unreported":[{"command_url":"x"}]}"#,
        #"{"unreported":[{"engine":{"host":"h","port":70000},"command_url":"x"}]}"#, "[]", "{",
    ])
    func whatCannotBeReadIsRefused(body: String) async throws {
        try await withFolder { folder async throws in
            try await withOrchestrator(engines: FakeEngines(), folder: folder) { client async throws in
                #expect(try await client.post("/proxies/heartbeat", body, headers: Self.me).status == 422)
                #expect(try await client.post("/proxies/heartbeat", "{}", headers: Self.me).status == 200)
                #expect(try await client.post("/proxies/heartbeat", headers: Self.me).status == 200)
            }
        }
    }
}
