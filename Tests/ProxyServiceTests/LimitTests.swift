import EngineSimulator
import Foundation
import Outbound
import ProxyService
import Testing

/// What the proxy refuses, and that those it serves notice nothing.
@Suite struct LimitTests {
    private struct Refusal: Decodable, Equatable {
        let error: String
        let code: String
        let retry_after: Int
    }

    /// The refusal's code; it must be an answer that a client can work with.
    private func refusalCode(_ answer: OutboundResponse, status: Int = 503) throws -> String {
        #expect(answer.status == status)
        let refusal = try JSONDecoder().decode(Refusal.self, from: Data(answer.body))
        #expect(answer.header("Retry-After") == "\(refusal.retry_after)")
        #expect(!refusal.error.isEmpty)
        return refusal.code
    }

    private func count(_ fixture: ProxyFixture, _ reason: String) async throws -> Double? {
        try await fixture.metric("weir_proxy_limit_refusals_total{reason=\"\(reason)\"}")
    }

    @Test(arguments: [
        (["ACEXY_MAX_SESSIONS": "1"], "session_limit", 503),
        (["ACEXY_MAX_BUFFER_MEMORY": "7MiB"], "memory_limit", 503),
        (["ACEXY_MAX_SESSIONS_PER_CLIENT": "1"], "client_session_limit", 429),
    ])
    func noFurtherSessionStartsAndTheRunningOneIsUntouched(
        environment: [String: String], code: String, status: Int
    ) async throws {
        try await ProxyFixture.run(environment: environment) { fixture in
            let first = try fixture.player("abc")
            #expect(await eventually { first.state.packets > 100 })
            #expect(try refusalCode(try await fixture.get("/ace/getstream?id=def"), status: status) == code)
            #expect(try await count(fixture, code) == 1)
            // The running one may be joined.
            let second = try fixture.player("abc")
            #expect(await eventually { second.state.packets > 100 })
            let before = first.state.packets
            #expect(await eventually { first.state.packets > before + 100 })
            #expect(try await fixture.engine.state.counters.sessionsOpened == 1)
            first.kill()
            second.kill()
            #expect(try await eventually { try await fixture.metric("weir_proxy_sessions") == 0 })
            let next = try fixture.player("def")
            #expect(await eventually { next.state.packets > 100 })
            next.kill()
        }
    }

    @Test func aSessionHasNoMoreViewersThanAllowed() async throws {
        try await ProxyFixture.run(environment: ["ACEXY_MAX_VIEWERS_PER_SESSION": "1"]) { fixture in
            let first = try fixture.player("abc")
            #expect(await eventually { first.state.packets > 100 })
            #expect(try refusalCode(try await fixture.get("/ace/getstream?id=abc")) == "viewer_limit")
            #expect(try await count(fixture, "viewer_limit") == 1)
            let other = try fixture.player("def")
            #expect(await eventually { other.state.packets > 100 })
            first.kill()
            #expect(try await eventually { try await fixture.metric("weir_proxy_viewers") == 1 })
            let second = try fixture.player("abc")
            #expect(await eventually { second.state.packets > 100 })
            second.kill()
            other.kill()
        }
    }

    @Test func viewersOfHLSCountAmongASessionsViewers() async throws {
        try await ProxyFixture.run(environment: ["ACEXY_MAX_VIEWERS_PER_SESSION": "2"]) { fixture in
            let target = "/ace/hls/getstream.m3u8?id=abc"
            let player = try fixture.player("abc")
            #expect(await eventually { player.state.packets > 100 })
            #expect(try await fixture.get(target).status == 200)
            let other = OutboundRequest(
                "GET", "http://127.0.0.1:\(fixture.port)\(target)", headers: [("User-Agent", "other")])
            #expect(try refusalCode(try await fixture.outbound.send(other)) == "viewer_limit")
            #expect(try refusalCode(try await fixture.get("/ace/getstream?id=abc")) == "viewer_limit")
            // Who is in stays in.
            #expect(try await fixture.get(target).status == 200)
            player.kill()
            #expect(try await eventually { try await fixture.metric("weir_proxy_viewers") == 0 })
            #expect(try await fixture.outbound.send(other).status == 200)
        }
    }

    @Test func viewersCountAsConnectionsAndProbesAreAnsweredAllTheSame() async throws {
        try await ProxyFixture.run(environment: ["ACEXY_MAX_CONNECTIONS": "2"]) { fixture in
            let players = [try fixture.player("abc"), try fixture.player("abc")]
            #expect(await eventually { players.allSatisfy { $0.state.packets > 100 } })
            #expect(try refusalCode(try await fixture.get("/ace/getstream?id=abc")) == "connection_limit")
            for target in ["/health", "/metrics", "/ace/status"] {
                #expect(try await fixture.get(target).status == 200)
            }
            #expect(try await count(fixture, "connection_limit") == 1)
            #expect(try await fixture.metric("weir_proxy_http_connections_limit") == 2)
            players[0].kill()
            #expect(try await eventually { try await fixture.metric("weir_proxy_viewers") == 1 })
            // Who comes now has a place.
            #expect(try await fixture.get("/playlist.m3u").status == 404)
            players[1].kill()
        }
    }

    @Test func aClientHasNoMoreConnectionsThanAllowed() async throws {
        try await ProxyFixture.run(environment: ["ACEXY_MAX_CONNECTIONS_PER_CLIENT": "1"]) { fixture in
            let first = try fixture.player("abc")
            #expect(await eventually { first.state.packets > 100 })
            let code = try refusalCode(try await fixture.get("/ace/getstream?id=abc"), status: 429)
            #expect(code == "client_connection_limit")
            #expect(try await fixture.get("/health").status == 200)
            // So far beyond the limit no request is read any more.
            let idle = try (0..<6).map { _ in try Connection(port: fixture.port) }
            let silent = await idle[5].exchange("")
            #expect(silent.isEmpty)
            for connection in idle.dropLast() { connection.leave() }
            first.kill()
            #expect(try await eventually { try await fixture.metric("weir_proxy_viewers") == 0 })
            #expect(try await eventually { try await fixture.get("/playlist.m3u").status == 404 })
        }
    }

    /// The clients of a proxy in front are clients of their own; whoever is not trusted cannot say that it is another.
    @Test func behindATrustedProxyItsClientsAreMeant() async throws {
        let limit = ["ACEXY_MAX_CONNECTIONS_PER_CLIENT": "1"]
        let trusting = limit.merging(["ACEXY_TRUSTED_PROXIES": "127.0.0.0/8"]) { $1 }
        @Sendable func header(_ client: String) -> String { "X-Forwarded-For: 192.0.2.250, \(client)\r\n" }
        try await ProxyFixture.run(environment: trusting) { fixture in
            let first = try fixture.player("abc", headers: header("192.0.2.1"))
            let second = try fixture.player("abc", headers: header("192.0.2.2"))
            #expect(await eventually { first.state.packets > 100 && second.state.packets > 100 })
            let third = try fixture.player("abc", headers: header("192.0.2.2"))
            #expect(await eventually { third.state.isClosed || third.state.status != nil })
            #expect(third.state.status == 429)
            second.kill()
            #expect(try await eventually { try await fixture.metric("weir_proxy_viewers") == 1 })
            third.kill()
            #expect(
                try await eventually {
                    let next = try fixture.player("abc", headers: header("192.0.2.2"))
                    defer { next.kill() }
                    return await eventually(within: .seconds(2)) { next.state.packets > 100 }
                })
            first.kill()
        }
        try await ProxyFixture.run(environment: limit) { fixture in
            let first = try fixture.player("abc", headers: header("192.0.2.1"))
            #expect(await eventually { first.state.packets > 100 })
            let second = try fixture.player("abc", headers: header("192.0.2.2"))
            #expect(await eventually { second.state.status != nil })
            #expect(second.state.status == 429)
            first.kill()
            second.kill()
        }
    }
}
