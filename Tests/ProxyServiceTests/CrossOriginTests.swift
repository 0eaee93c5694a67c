import EngineSimulator
import Foundation
import Outbound
import Playlist
import ProxyService
import Testing

/// Players in web pages: what they may read, and what they may not.
@Suite struct CrossOriginTests {
    private static let origin = ("Origin", "https://player.example")

    private func send(
        _ method: String, _ target: String, _ fixture: ProxyFixture, headers: [(String, String)] = []
    ) async throws -> OutboundResponse {
        try await fixture.outbound.send(
            OutboundRequest(
                method, "http://127.0.0.1:\(fixture.port)\(target)", headers: [Self.origin] + headers))
    }

    @Test(arguments: ["/ace/manifest.m3u8?id=abc", "/ace/hls/getstream.m3u8?id=abc"])
    func playlistsAndSegmentsAreOpenToAnyPage(target: String) async throws {
        try await ProxyFixture.run { fixture in
            let preflight = try await send(
                "OPTIONS", target, fixture,
                headers: [("Access-Control-Request-Method", "GET"), ("Access-Control-Request-Headers", "range")])
            #expect(preflight.status == 204)
            #expect(preflight.header("Access-Control-Allow-Origin") == "*")
            #expect(preflight.header("Access-Control-Allow-Headers")?.contains("Range") == true)
            #expect(preflight.header("Access-Control-Allow-Methods")?.contains("GET") == true)
            #expect(preflight.header("Content-Length") == nil)
            // Nothing is started for it.
            #expect(try await fixture.engine.state.counters.sessionsOpened == 0)

            let playlist = try await send("GET", target, fixture)
            #expect(playlist.status == 200)
            #expect(playlist.header("Access-Control-Allow-Origin") == "*")
            let segment = try #require(try HLSReader.read(playlist.body).resources.first?.reference)
            for method in ["GET", "HEAD"] {
                let answer = try await send(method, segment, fixture, headers: [("Range", "bytes=0-")])
                #expect(answer.status == 200)
                #expect(answer.header("Access-Control-Allow-Origin") == "*")
                #expect(answer.header("Access-Control-Allow-Credentials") == nil)
            }
            // A player reads what was wrong, too.
            for (method, target, status) in [
                ("GET", "/ace/hls/x/1.ts", 404), ("GET", "/ace/manifest.m3u8", 400), ("POST", segment, 405),
            ] {
                let answer = try await send(method, target, fixture)
                #expect(answer.status == status)
                #expect(answer.header("Access-Control-Allow-Origin") == "*")
                if status == 405 { #expect(answer.header("Allow") == "GET, HEAD, OPTIONS") }
            }
        }
    }

    @Test func nothingElseIs() async throws {
        try await ProxyFixture.run { fixture in
            for target in [
                "/ace/streams", "/ace/streams/1", "/ace/status", "/metrics", "/health", "/ace/getstream?id=a",
            ] {
                for method in ["HEAD", "OPTIONS"] {
                    let answer = try await send(method, target, fixture)
                    #expect(answer.header("Access-Control-Allow-Origin") == nil, "\(method) \(target)")
                    if method == "OPTIONS" { #expect([404, 405].contains(answer.status), "\(target)") }
                }
            }
        }
    }

    @Test func theStreamsPathIsOpenWhereItAnswersWithPlaylists() async throws {
        try await ProxyFixture.run(environment: ["ACEXY_M3U8": "true"]) { fixture in
            #expect(try await send("OPTIONS", "/ace/getstream?id=a", fixture).status == 204)
            let playlist = try await send("GET", "/ace/getstream?id=a", fixture)
            #expect(playlist.header("Access-Control-Allow-Origin") == "*")
        }
    }
}
