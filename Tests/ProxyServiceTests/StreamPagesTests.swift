import EngineSimulator
import Foundation
import Outbound
import ProxyService
import Testing

/// `/ace/streams`: who watches what, and ending it.
@Suite struct StreamPagesTests {
    private struct Page: Decodable {
        struct Session: Decodable {
            struct Content: Decodable, Equatable {
                let type: String
                let value: String
            }

            struct Buffer: Decodable {
                let used_bytes: Int
                let capacity_bytes: Int
            }

            let id: String
            let content: Content
            let names: [Content]
            let state: String
            let engine: String?
            let age_s: Double
            let received_bytes: Int
            let sent_bytes: Int
            let buffer: Buffer
            let bitrate_bps: Int?
            let failovers: Int
            let viewer_count: Int
            let viewers: [Viewer]
            let next: String?
        }

        struct Viewer: Decodable {
            let id: String
            let address: String
            let player: String
            let connected_at: String
            let connected_s: Double
            let sent_bytes: Int
            let lag_bytes: Int
            let lag_ms: Int?
            let moved_forward: Int
            let is_blocked: Bool
        }

        let sessions: [Session]
        let viewer_count: Int
    }

    private struct Problem: Decodable {
        let status: Int
        let code: String
        let detail: String
    }

    private func page(_ fixture: ProxyFixture, _ query: String = "", key: String? = nil) async throws -> Page {
        let answer = try await send(fixture, "GET", "/ace/streams\(query)", key: key)
        #expect(answer.status == 200, "\(answer.text)")
        return try JSONDecoder().decode(Page.self, from: Data(answer.body))
    }

    private func send(
        _ fixture: ProxyFixture, _ method: String, _ target: String, key: String? = nil, headers: [String] = []
    ) async throws -> (status: Int, text: String, body: [UInt8]) {
        let authorization = key.map { ["Authorization: Bearer \($0)"] } ?? []
        let lines = (["Host: 127.0.0.1", "Connection: close"] + authorization + headers).joined(separator: "\r\n")
        let text = await (try Connection(port: fixture.port)).exchange(
            "\(method) \(target) HTTP/1.1\r\n\(lines)\r\n\r\n")
        let parts = text.split(separator: "\r\n\r\n", maxSplits: 1)
        let body = parts.count > 1 ? String(parts[1]) : ""
        return (Int(text.split(separator: " ").dropFirst().first ?? "") ?? 0, body, Array(body.utf8))
    }

    @Test func sessionsAndViewersAreListedWithWhatOperatorsAskFor() async throws {
        try await ProxyFixture.run { fixture async throws in
            #expect(try await page(fixture).sessions.isEmpty)
            let first = try fixture.player("abc")
            #expect(await eventually { first.state.packets > 100 })
            let firstID = try #require(try await page(fixture).sessions.first?.viewers.first?.id)
            let second = try fixture.player("abc")
            #expect(await eventually { second.state.packets > 100 })
            #expect(try await eventually { try await page(fixture).sessions.first?.bitrate_bps ?? 0 > 100_000 })
            let session = try #require(try await page(fixture).sessions.first)
            #expect(session.content == .init(type: "content_id", value: "abc"))
            let infohash = try await fixture.infohash(of: "abc")
            #expect(session.names.contains(.init(type: "infohash", value: infohash)))
            #expect(session.state == "playing")
            #expect(session.engine == "127.0.0.1:\(fixture.enginePort)")
            #expect(session.age_s > 0)
            #expect(session.received_bytes > 18_800)
            #expect(session.buffer.used_bytes > 0)
            #expect(session.buffer.capacity_bytes == 4 << 20)
            #expect(session.failovers == 0)
            #expect(session.viewer_count == 2)
            let viewers = session.viewers
            #expect(viewers.map(\.address) == ["127.0.0.1", "127.0.0.1"])
            #expect(viewers.map(\.player) == ["test", "test"])
            #expect(viewers.allSatisfy { $0.sent_bytes > 18_800 && $0.connected_at.hasSuffix("Z") && !$0.is_blocked })
            #expect(session.sent_bytes > 37_600)
            // The ids stay, whoever else comes or leaves.
            let secondID = try #require(viewers.map(\.id).first { $0 != firstID })
            #expect(Set(viewers.map(\.id)) == [firstID, secondID])
            first.kill()
            #expect(try await eventually { try await page(fixture).viewer_count == 1 })
            let left = try #require(try await page(fixture).sessions.first)
            #expect(left.id == session.id)
            #expect(left.viewers.map(\.id) == [secondID])
            #expect(left.sent_bytes > session.sent_bytes)
            second.kill()
        }
    }

    @Test func whoFallsBehindIsSeen() async throws {
        var configuration = SimulatedEngineConfiguration()
        configuration.bitrate = 40_000_000
        try await ProxyFixture.run(engine: configuration, environment: ["ACEXY_BUFFER_SIZE": "1MiB"]) {
            fixture async throws in
            let slow = try fixture.player(receiveBuffer: 8192)
            #expect(await eventually { slow.state.packets > 100 })
            slow.pause()
            #expect(
                try await eventually {
                    guard let viewer = try await page(fixture).sessions.first?.viewers.first else { return false }
                    return viewer.is_blocked && viewer.lag_bytes > 2 << 20 && viewer.lag_ms ?? 0 > 50
                })
            slow.resume()
            #expect(
                try await eventually { try await page(fixture).sessions.first?.viewers.first?.moved_forward ?? 0 > 0 })
            slow.kill()
        }
    }

    @Test func longListsComeInPages() async throws {
        try await ProxyFixture.run { fixture async throws in
            let players = try (0..<7).map { _ in try fixture.player("abc") }
            #expect(await eventually { players.allSatisfy { $0.state.packets > 10 } })
            var seen: [String] = []
            var session = try #require(try await page(fixture, "?limit=3").sessions.first)
            #expect(session.viewer_count == 7)
            #expect(session.viewers.count == 3)
            seen += session.viewers.map(\.id)
            while let next = session.next, seen.count < 100 {
                let query = "?session=\(session.id)&limit=3&after=\(next)"
                session = try #require(try await page(fixture, query).sessions.first)
                seen += session.viewers.map(\.id)
            }
            #expect(Set(seen).count == 7)
            #expect(seen.count == 7)
            for query in ["?limit=-1", "?limit=10001", "?session=x", "?what=1"] {
                #expect(try await send(fixture, "GET", "/ace/streams\(query)").status == 400)
            }
            #expect(try await send(fixture, "GET", "/ace/streams/999999").status == 404)
            #expect(try await send(fixture, "GET", "/ace/streams/\(session.id)").status == 200)
            players.forEach { $0.kill() }
        }
    }

    @Test func aKickedViewerLeavesAndAStoppedSessionEnds() async throws {
        try await ProxyFixture.run { fixture async throws in
            let first = try fixture.player("abc")
            #expect(await eventually { first.state.packets > 100 })
            let session = try #require(try await page(fixture).sessions.first)
            let firstID = try #require(session.viewers.first?.id)
            let second = try fixture.player("abc")
            #expect(await eventually { second.state.packets > 100 })
            let target = "/ace/streams/\(session.id)"
            let kick = "\(target)/viewers/\(firstID)"
            #expect(try await send(fixture, "DELETE", kick).status == 200)
            #expect(await eventually { first.state.isClosed })
            #expect(try await send(fixture, "DELETE", kick).text.contains("\"code\":\"unknown_viewer\""))
            #expect(try await fixture.metric("weir_proxy_viewers_evicted_total{reason=\"kicked\"}") == 1)
            let before = second.state.packets
            #expect(await eventually { second.state.packets > before + 100 })

            #expect(try await send(fixture, "DELETE", target).status == 200)
            #expect(await eventually { second.state.isClosed })
            #expect(second.state.endedCleanly)
            #expect(try await send(fixture, "DELETE", target).text.contains("\"code\":\"unknown_session\""))
            #expect(try await fixture.metric("weir_proxy_sessions_ended_total{reason=\"stopped\"}") == 1)
            #expect(try await eventually { try await fixture.engine.state.counters.sessionsStopped == 1 })
            #expect(try await send(fixture, "POST", target).status == 405)
            #expect(try await send(fixture, "DELETE", "/ace/streams").status == 405)
        }
    }

    @Test func aKeyOpensTheManagementRoutesAndNothingElseDoes() async throws {
        let environment = ["ACEXY_API_KEY": "new-key, old-key"]
        try await ProxyFixture.run(environment: environment) { fixture async throws in
            for key in ["new-key", "old-key"] {
                #expect(try await send(fixture, "GET", "/ace/streams", key: key).status == 200)
                #expect(try await send(fixture, "DELETE", "/ace/streams/1", key: key).status == 404)
            }
            for (key, status, code) in [
                (nil, 401, "missing_key"), ("", 403, "invalid_key"), ("new-ke", 403, "invalid_key"),
                ("new-keyy", 403, "invalid_key"), ("new-key, old-key", 403, "invalid_key"),
            ] {
                for (method, target) in [
                    ("GET", "/ace/streams"), ("HEAD", "/ace/streams/1"), ("DELETE", "/ace/streams/1"),
                    ("DELETE", "/ace/streams/1/viewers/2"), ("PUT", "/ace/streams"),
                ] {
                    let answer = try await send(fixture, method, target, key: key)
                    #expect(answer.status == status)
                    if method == "HEAD" { continue }
                    #expect(try JSONDecoder().decode(Problem.self, from: Data(answer.body)).code == code)
                }
            }
            #expect(
                try await fixture.metric("weir_proxy_management_refusals_total{reason=\"invalid_key\"}") == 20)
            // Viewers need none.
            let player = try fixture.player()
            #expect(await eventually { player.state.packets > 10 })
            #expect(try await fixture.get("/ace/status").text == "{\"status\":\"ok\",\"streams\":1}")
            let status = try await send(fixture, "GET", "/ace/status", key: "old-key").text
            #expect(status.contains("\"users\":[\"127.0.0.1\"],\"users_by_stream\":{\"{id: abc}\":[\"127.0.0.1\"]}"))
            player.kill()
        }
    }

    /// Somebody else's request that a proxy on this machine passes on, or a page has a browser send, is not local.
    @Test(arguments: ["X-Forwarded-For: 192.0.2.1", "Forwarded: for=127.0.0.1", "Via: 1.1 proxy"])
    func withoutAKeyOnlyThisMachineMayAsk(header: String) async throws {
        try await ProxyFixture.run { fixture async throws in
            #expect(try await send(fixture, "GET", "/ace/streams").status == 200)
            let refused = try await send(fixture, "GET", "/ace/streams", headers: [header])
            #expect(refused.status == 403)
            #expect(try JSONDecoder().decode(Problem.self, from: Data(refused.body)).code == "not_local")
            let rebound = await (try Connection(port: fixture.port)).exchange(
                "GET /ace/streams HTTP/1.1\r\nHost: evil.example:8080\r\nConnection: close\r\n\r\n")
            #expect(rebound.hasPrefix("HTTP/1.1 403"))
            #expect(try await fixture.metric("weir_proxy_management_refusals_total{reason=\"not_local\"}") == 2)
        }
    }
}
