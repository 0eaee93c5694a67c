import Fleet
import Foundation
import Providers
import Testing

/// Proxies that name themselves and then are heard no more.
@Suite struct ProxyLossTests {
    private struct Heartbeat: Decodable {
        var registration: String
        var ttl_s: Double
    }

    private static let environment = [
        "PROXY_TTL_S": "5", "MAX_REPLICAS": "2", "MAX_STREAMS_PER_ENGINE": "8", "LEASE_TTL_S": "600",
    ]
    private static let me: [(name: String, value: String)] = [("Weir-Proxy", "me")]

    private static func started(_ session: String, port: Int, command: String = "/ace/cmd/abc/def") -> String {
        StreamEventTests.started(session, port: port)
            .replacingOccurrences(of: "http://x/cmd", with: "http://203.0.113.1:1\(command)")
    }

    @Test func itsStreamsAndLeasesEndAndItsSessionsAreStoppedAtTheKnownAddress() async throws {
        try await withFolder { folder async throws in
            let engines = FakeEngines()
            engines.failStops(2)
            try await withOrchestrator(Self.environment, engines: engines, folder: folder) { client async throws in
                #expect(try await client.post("/provision/acestream").status == 200)
                let port = try #require(engines.running.first).httpPort
                // Reports are answered once they are on the disk, which may take its time: the proxy lives meanwhile.
                let proxies = LivingProxies(client, ["me": nil])
                for (session, headers) in [("mine", Self.me), ("older", [])] {
                    _ = try await client.post(
                        "/events/stream_started",
                        Self.started(session, port: port, command: "/ace/cmd/abc/\(session)"), headers: headers)
                }
                // A session that must not be asked for: the path is none of an engine's.
                let elsewhere = Self.started("elsewhere", port: port, command: "/admin?method=stop&x=/ace/cmd/a/b")
                _ = try await client.post("/events/stream_started", elsewhere, headers: Self.me)
                let lease = #"{"content":{"key_type":"content_id","key":"x"}}"#
                #expect(try await client.post("/engines/lease", lease, headers: Self.me).status == 200)
                #expect(try await client.post("/engines/lease", lease).status == 200)
                await proxies.fallSilent()

                try await eventually("the proxy is lost") {
                    try await client.metric("orch_proxies_lost_total") == 1
                }
                let streams = try await client.get("/streams").decoded([StreamDocument].self)
                #expect(Set(streams.filter { $0.status == "started" }.map(\.id)) == ["abc|older"])
                #expect(streams.filter { $0.end_reason == "proxy_lost" }.count == 2)
                #expect(try await client.metric("orch_leases_active") == 1)
                #expect(try await client.metric(#"orch_leases_ended_total{reason="proxy_lost"}"#) == 1)
                try await eventually("the session is stopped") { engines.stops.count == 3 }
                #expect(Set(engines.stops) == ["127.0.0.1:\(port)/ace/cmd/abc/mine"])
                try await eventually("stops are counted") {
                    try await client.metric(#"orch_engine_session_stops_total{result="stopped"}"#) == 1
                }
                #expect(try await client.metric(#"orch_engine_session_stops_total{result="skipped"}"#) == 1)
                #expect(try await client.metric("orch_proxies") == 0)
                let log = try await client.get("/events?category=proxy_lost").text
                #expect(log.contains("2 streams and 1 leases end"))
            }
        }
    }

    @Test func aProxyThatComesBackReportsAgainAndTheCountsStayRight() async throws {
        try await withFolder { folder async throws in
            let engines = FakeEngines()
            try await withOrchestrator(Self.environment, engines: engines, folder: folder) { client async throws in
                var proxies = LivingProxies(client, ["me": nil])
                let first = try await client.post("/proxies/heartbeat", headers: Self.me).decoded(Heartbeat.self)
                #expect(first.ttl_s == 5)
                let again = try await client.post("/proxies/heartbeat", headers: Self.me).decoded(Heartbeat.self)
                #expect(again.registration == first.registration)
                let body = Self.started("s", port: 1)
                _ = try await client.post("/events/stream_started", body, headers: Self.me)
                await proxies.fallSilent()
                try await eventually("the proxy is lost") {
                    try await client.metric("orch_proxies_lost_total") == 1
                }
                proxies = LivingProxies(client, ["me": nil])
                let back = try await client.post("/proxies/heartbeat", headers: Self.me).decoded(Heartbeat.self)
                #expect(back.registration != first.registration)
                for _ in 0..<2 { _ = try await client.post("/events/stream_started", body, headers: Self.me) }
                #expect(try await client.metric("orch_events_started_total") == 2)
                #expect(try await client.metric("orch_events_ended_total") == 1)
                #expect(try await client.metric("orch_streams_active") == 1)
                await proxies.fallSilent()
            }
        }
    }

    @Test func streamsOfAProxyThatDiedWithTheOrchestratorEndAfterItsRestart() async throws {
        try await withFolder { folder async throws in
            let engines = FakeEngines()
            try await withOrchestrator(Self.environment, engines: engines, folder: folder) { client async throws in
                #expect(try await client.post("/provision/acestream").status == 200)
                let port = try #require(engines.running.first).httpPort
                _ = try await client.post("/events/stream_started", Self.started("s", port: port), headers: Self.me)
            }
            try await withOrchestrator(Self.environment, engines: engines, folder: folder) { client async throws in
                try await eventually("the stream ends") {
                    try await client.metric("orch_streams_active") == 0
                }
                let streams = try await client.get("/streams").decoded([StreamDocument].self)
                #expect(streams.map(\.end_reason) == ["proxy_lost"])
                // On a busy machine the first orchestrator may have lost it already; a stop is repeated then.
                try await eventually("its session is stopped") { !engines.stops.isEmpty }
                let port = try #require(engines.running.first).httpPort
                #expect(Set(engines.stops) == ["127.0.0.1:\(port)/ace/cmd/abc/def"])
            }
        }
    }

    @Test func namesAreCheckedAndTheKeyIsNeeded() async throws {
        try await withFolder { folder async throws in
            try await withOrchestrator(engines: FakeEngines(), folder: folder) { client async throws in
                #expect(try await client.post("/proxies/heartbeat").status == 422)
                let bad = [(name: "Weir-Proxy", value: "a b")]
                #expect(try await client.post("/proxies/heartbeat", headers: bad).status == 422)
                let lease = #"{"content":{"key_type":"content_id","key":"x"}}"#
                #expect(try await client.post("/engines/lease", lease, headers: bad).status == 422)
                #expect(try await client.post("/proxies/heartbeat", key: nil, headers: Self.me).status == 401)
            }
        }
    }
}
