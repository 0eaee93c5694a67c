import EngineSimulator
import Foundation
import NIOHTTP1
import Outbound
import Playlist
import ProxyService
import Testing
import TransportStream

/// What engines that deliver HLS do wrong harms nobody else.
@Suite(.serialized) struct HLSFaultTests {
    @Test func addressesElsewhereAreNeverFetched() async throws {
        let elsewhere = try await PlaylistEngine { _, _ in .segment([1]) }
        let port = elsewhere.port
        try await HLSScript.run(HLSScript.script()) { fixture, engine in
            engine.change { target, _ in
                target.hasSuffix("redirect.ts")
                    ? PlaylistEngine.Reply(
                        status: .found, headers: ["Location": "http://127.0.0.1:\(port)/ace/c/x/1.ts"])
                    : .text(
                        """
                        #EXTM3U
                        #EXT-X-TARGETDURATION:2
                        #EXTINF:2,
                        http://127.0.0.1:\(port)/ace/c/x/1.ts
                        #EXTINF:2,
                        /ace/c/abc/redirect.ts
                        #EXTINF:2,
                        /ace/cmd/abc/x?method=stop

                        """)
            }
            let text = try await fixture.get("/ace/manifest.m3u8?id=abc").text
            #expect(!text.contains("\(port)"))
            #expect(text.split(separator: "\n").filter { $0 == "#EXT-X-GAP" }.count == 2)
            let playlist = try HLSReader.read(Array(text.utf8))
            for resource in playlist.resources {
                let path = resource.reference.hasPrefix("/") ? resource.reference : "/ace/\(resource.reference)"
                #expect(try await fixture.get(path).status >= 400)
            }
            #expect(try await fixture.metric("weir_proxy_hls_refused_urls_total") == 2)
            #expect(elsewhere.requests.isEmpty)
            #expect(engine.stops == 0)
        }
        #expect(elsewhere.requests.isEmpty)
        try await elsewhere.stop()
    }

    @Test(arguments: [
        "/ace/hls/", "/ace/hls/x", "/ace/hls/x/1.ts", "/ace/hls/SESSION/999.ts", "/ace/hls/SESSION/2.m3u8",
        "/ace/hls/SESSION/2", "/ace/hls/SESSION/2.ts/x", "/ace/hls/SESSION/http:%2F%2F127.0.0.1%2F",
        "/ace/hls/SESSION/..",
        "/ace/hls/SESSION/-1.ts", "/ace/hls/SESSION/2.ts.ts", "/ace/hls/SESSION/18446744073709551616.ts", "/ace/gap.ts",
    ])
    func onlyNamesOfTheSessionMeanAnything(target: String) async throws {
        try await HLSScript.run(HLSScript.script()) { fixture, engine in
            let playlist = try await HLSScript.playlist("/ace/manifest.m3u8?id=abc", fixture)
            let session = playlist.resources[0].reference.split(separator: "/")[2]
            #expect(session.utf8.count == 32)
            let before = engine.requests.count
            #expect(try await fixture.get(target.replacingOccurrences(of: "SESSION", with: session)).status == 404)
            #expect(engine.requests.count == before)
        }
    }

    static let nonsense: [(PlaylistEngine.Reply, String)] = [
        (.text("<html><body>It works!</body></html>", type: "text/html"), "a web page"),
        (.text("<html><body>It works!</body></html>"), "does not begin with #EXTM3U"),
        (.text("#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,"), "ends before the URI"),
        (
            PlaylistEngine.Reply(
                body: Array("#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n/1.ts\n".utf8), breaksOff: true), "partial"
        ),
        (.text("#EXTM3U\n" + String(repeating: "#EXTINF:2,\n/1.ts\n", count: 600_000)), "more than 2097152 bytes"),
        (.text("#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nhttp://elsewhere/1.ts\n"), "addresses elsewhere"),
        (.text("#EXTM3U\n#EXT-X-TARGETDURATION:2\n"), "listed no segment in time"),
        (PlaylistEngine.Reply(status: .found, headers: ["Location": "http://127.0.0.1:1/"]), "status 302"),
        (PlaylistEngine.Reply(status: .internalServerError), "status 500"), (.notFound, "does not have it"),
        (PlaylistEngine.Reply(isSilent: true), "sent nothing in time"),
    ]

    @Test(arguments: nonsense)
    func nonsenseFailsTheStartClearlyAndHarmsNobodyElse(reply: PlaylistEngine.Reply, reason: String) async throws {
        try await HLSScript.run(
            { _, _ in reply }, environment: ["ACEXY_NO_RESPONSE_TIMEOUT": "1s", "ACEXY_DEAD_CONTENT_TTL": "0"]
        ) { fixture, engine in
            let response = try await fixture.get("/ace/manifest.m3u8?id=abc")
            #expect(response.status == 500)
            #expect(response.text.hasPrefix("Failed to start stream: "))
            #expect(response.text.contains(reason), "\(response.text)")
            #expect(engine.starts == 1)
            #expect(await eventually { engine.stops == 1 })
            engine.change(HLSScript.script())
            #expect(try await HLSScript.playlist("/ace/manifest.m3u8?id=abc", fixture).resources.count == 3)
            #expect(try await eventually { try await fixture.metric("weir_proxy_sessions") == 1 })
        }
    }

    @Test func anEngineThatFailsLaterOnDoesNotCutItsViewersOff() async throws {
        try await HLSScript.run(HLSScript.script(), environment: ["ACEXY_EMPTY_TIMEOUT": "3s"]) { fixture, engine in
            let before = try await fixture.get("/ace/manifest.m3u8?id=abc").text
            engine.change(HLSScript.script { _ in .text("<html>") })
            let asked = engine.count("/ace/m/")
            #expect(
                try await eventually {
                    _ = try await fixture.get("/ace/manifest.m3u8?id=abc")
                    return engine.count("/ace/m/") > asked
                })
            #expect(try await fixture.get("/ace/manifest.m3u8?id=abc").text == before)
            // Not for ever.
            #expect(
                try await eventually { try await fixture.get("/ace/manifest.m3u8?id=abc").status != 200 })
            #expect(await eventually { engine.stops == engine.starts })
        }
    }

    @Test func aSegmentThatIsMissingOrTooLargeConcernsNobodyElse() async throws {
        let large = [UInt8](repeating: 0x47, count: (32 << 20) + 1)
        try await HLSScript.run({ target, _ in
            switch target {
            case _ where target.hasPrefix("/ace/m/"): HLSScript.live(from: 7)
            case _ where target.hasPrefix("/ace/c/abc/7.ts"): .notFound
            case _ where target.hasPrefix("/ace/c/abc/8.ts"): .segment(large)
            default: .segment(HLSScript.segmentBytes)
            }
        }) { fixture, engine in
            let playlist = try await HLSScript.playlist("/ace/manifest.m3u8?id=abc", fixture)
            let answers = try await playlist.resources.asyncMap { try await fixture.get($0.reference) }
            #expect(answers.map(\.status) == [404, 502, 200])
            #expect(answers[1].text.contains("more than"))
            #expect(answers[2].body == HLSScript.segmentBytes)
            for outcome in ["not_found", "too_large", "ok"] {
                #expect(
                    try await fixture.metric(
                        "weir_proxy_hls_fetches_total{resource=\"segment\",outcome=\"\(outcome)\"}") == 1)
            }
        }
    }

    @Test func deadContentIsAnsweredAsForStreams() async throws {
        var configuration = SimulatedEngineConfiguration()
        configuration.temper.dead = ["dead"]
        try await ProxyFixture.run(engine: configuration) { fixture in
            let stream = try await fixture.get("/ace/getstream?id=dead")
            let playlist = try await fixture.get("/ace/manifest.m3u8?id=dead")
            #expect(playlist.status == stream.status)
            #expect(playlist.text == stream.text)
            // The second one was told without a start.
            #expect(try await fixture.metric("weir_proxy_stream_starts_total{outcome=\"dead_content\"}") == 1)
            #expect(try await fixture.get("/ace/manifest.m3u8?id=dead").text == stream.text)
            #expect(try await fixture.get("/ace/manifest.m3u8").status == 400)
            #expect(try await fixture.get("/ace/manifest.m3u8?id=a&pid=1").status == 400)
        }
    }
}
