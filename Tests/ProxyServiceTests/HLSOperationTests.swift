import EngineSimulator
import Foundation
import Outbound
import Playlist
import ProxyService
import TestSupport
import Testing

/// Players of HLS as operators see them, and sending them away.
@Suite(.serialized) struct HLSOperationTests {
    private static let targets = ["/ace/manifest.m3u8?id=abc", "/ace/hls/getstream.m3u8?id=abc"]

    private struct Page: Decodable {
        struct Session: Decodable {
            let id: String
            let delivery: String
            let state: String
            let engine: String?
            let received_bytes: Int
            let sent_bytes: Int
            let viewer_count: Int
            let viewers: [Viewer]
        }

        struct Viewer: Decodable {
            let id: String
            let delivery: String
            let address: String
            let player: String
            let connected_at: String
            let sent_bytes: Int
            let last_request_s: Double?
        }

        let sessions: [Session]
        let viewer_count: Int
    }

    private struct Problem: Decodable {
        let status: Int
        let code: String
    }

    private func ask(
        _ fixture: ProxyFixture, _ target: String, _ agent: String, method: String = "GET"
    ) async throws -> OutboundResponse {
        try await fixture.outbound.send(
            OutboundRequest(
                method, "http://127.0.0.1:\(fixture.port)\(target)", headers: [("User-Agent", agent)]))
    }

    private func page(_ fixture: ProxyFixture) async throws -> Page {
        let answer = try await ask(fixture, "/ace/streams", "operator")
        #expect(answer.status == 200, "\(answer.text)")
        return try JSONDecoder().decode(Page.self, from: Data(answer.body))
    }

    /// The playlist's first segment.
    private func segment(_ fixture: ProxyFixture, _ target: String, _ agent: String) async throws -> String {
        let playlist = try await ask(fixture, target, agent)
        try #require(playlist.status == 200, "\(playlist.text)")
        return try #require(try HLSReader.read(playlist.body).resources.first?.reference)
    }

    private func expectRefusal(_ answer: OutboundResponse, _ code: String) throws {
        #expect(answer.status == 403)
        #expect(answer.header("Content-Type") == "application/problem+json")
        #expect(try JSONDecoder().decode(Problem.self, from: Data(answer.body)).code == code)
        #expect((1...30).contains(Int(answer.header("Retry-After") ?? "") ?? 0))
    }

    @Test(arguments: targets) func playersAreListedWithWhatTheyHaveTaken(target: String) async throws {
        try await ProxyFixture.run { fixture in
            let first = try await segment(fixture, target, "one")
            let taken = try await ask(fixture, first, "one").body.count
            _ = try await segment(fixture, target, "two")
            #expect(try await eventually { try await page(fixture).sessions.first?.sent_bytes == taken })
            let listed = try await page(fixture)
            #expect(listed.viewer_count == 2)
            let session = try #require(listed.sessions.first)
            #expect(listed.sessions.count == 1)
            #expect(session.delivery == (target.contains("getstream") ? "ts" : "hls"))
            #expect(session.state == "playing")
            #expect(session.engine == "127.0.0.1:\(fixture.enginePort)")
            #expect(session.received_bytes >= taken)
            #expect(session.viewers.map(\.player) == ["one", "two"])
            #expect(session.viewers.map(\.sent_bytes) == [taken, 0])
            for viewer in session.viewers {
                #expect(viewer.address == "127.0.0.1")
                #expect(viewer.delivery == "hls")
                #expect(viewer.connected_at.hasSuffix("Z"))
                #expect(viewer.last_request_s ?? -1 >= 0)
            }
            // One that asks again is the same.
            _ = try await segment(fixture, target, "one")
            let again = try await page(fixture)
            #expect(again.sessions.first?.id == session.id)
            #expect(again.sessions.first?.viewers.map(\.id) == session.viewers.map(\.id))
            // Players of both kinds of one session are listed together.
            let player = try fixture.player("abc")
            #expect(await eventually { player.state.packets > 100 })
            #expect(try await page(fixture).viewer_count == 3)
            #expect(try await fixture.get("/health").text.contains("\"viewers\":3,"))
            #expect(try await fixture.get("/ace/status?id=abc").text.contains("\"clients\":3,"))
            #expect(try await fixture.get("/ace/status").text.contains("\"users\":[\"127.0.0.1\"]"))
            player.kill()
        }
    }

    @Test(arguments: targets) func aKickedPlayerIsRefusedForAWhileAndNobodyElseIs(target: String) async throws {
        try await ProxyFixture.run { fixture in
            let first = try await segment(fixture, target, "one")
            _ = try await segment(fixture, target, "two")
            let session = try #require(try await page(fixture).sessions.first)
            let kick = "/ace/streams/\(session.id)/viewers/\(session.viewers[0].id)"
            #expect(try await ask(fixture, kick, "operator", method: "DELETE").status == 200)
            for refused in [target, first, "/ace/manifest.m3u8?id=abc", "/ace/hls/getstream.m3u8?id=abc"] {
                try expectRefusal(try await ask(fixture, refused, "one"), "kicked")
                #expect(try await ask(fixture, refused, "two").status == 200)
            }
            #expect(try await page(fixture).sessions.first?.viewers.map(\.player) == ["two"])
            let again = try await ask(fixture, kick, "operator", method: "DELETE")
            #expect(again.text.contains("\"code\":\"unknown_viewer\""))
            #expect(try await fixture.metric("weir_proxy_viewers_evicted_total{reason=\"kicked\"}") == 1)
            #expect(try await fixture.metric("weir_proxy_hls_refusals_total{reason=\"kicked\"}") == 4)
            // Another content is not meant.
            #expect(try await ask(fixture, "/ace/manifest.m3u8?id=def", "one").status == 200)
            if TestLength.isLong {
                #expect(
                    try await eventually(within: .seconds(60)) {
                        try await ask(fixture, target, "one").status == 200
                    })
            }
        }
    }

    @Test(arguments: targets) func aStoppedSessionIsNotStartedAgainByItsOwnPlayers(target: String) async throws {
        try await ProxyFixture.run { fixture in
            let first = try await segment(fixture, target, "one")
            let session = try #require(try await page(fixture).sessions.first)
            let stop = try await ask(fixture, "/ace/streams/\(session.id)", "operator", method: "DELETE")
            #expect(stop.status == 200)
            #expect(stop.text.contains("\"viewers\":\"1\""))
            try expectRefusal(try await ask(fixture, target, "one"), "stopped")
            #expect(try await ask(fixture, first, "one").status != 200)
            #expect(try await eventually { try await fixture.engine.state.counters.sessionsStopped == 1 })
            #expect(try await fixture.engine.state.sessions.isEmpty)
            #expect(try await fixture.metric("weir_proxy_sessions_ended_total{reason=\"stopped\"}") == 1)
            let again = try await ask(fixture, "/ace/streams/\(session.id)", "operator", method: "DELETE")
            #expect(again.status == 404)
            #expect(again.text.contains("\"code\":\"unknown_session\""))
            // Whoever else asks gets a new one.
            #expect(try await segment(fixture, target, "two") != first)
            #expect(try await page(fixture).sessions.first?.id != session.id)
        }
    }

    @Test func segmentsOfCutStreamsCountAsBufferMemory() async throws {
        // A ring has 4 MiB, the segments of a stream 40 MiB.
        let environment = ["ACEXY_MAX_BUFFER_MEMORY": "48MiB", "ACEXY_M3U8_STREAM_TIMEOUT": "5s"]
        try await ProxyFixture.run(environment: environment) { fixture in
            let player = try fixture.player("def")
            #expect(await eventually { player.state.packets > 100 })
            #expect(try await fixture.get("/ace/hls/getstream.m3u8?id=abc").status == 200)
            // Neither a stream of its own nor one that plays may be cut now.
            for id in ["def", "ghi"] {
                let refused = try await fixture.get("/ace/hls/getstream.m3u8?id=\(id)")
                #expect(refused.status == 503)
                #expect(refused.text.contains("\"code\":\"memory_limit\""), "\(refused.text)")
            }
            #expect(try await fixture.engine.state.counters.sessionsOpened == 2)
            let before = player.state.packets
            #expect(await eventually { player.state.packets > before + 100 })
            // Once nobody wants the first one's segments, there is room.
            #expect(
                try await eventually(within: .seconds(30)) {
                    try await fixture.get("/ace/hls/getstream.m3u8?id=def").status == 200
                })
            #expect(!player.state.isClosed)
            player.kill()
        }
    }
}
