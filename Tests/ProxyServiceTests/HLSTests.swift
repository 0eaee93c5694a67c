import EngineSimulator
import Foundation
import NIOHTTP1
import Outbound
import Playlist
import ProxyService
import Testing
import TransportStream

/// HLS of an engine through the proxy: one engine session, each segment once, nothing of the engine shown.
@Suite(.serialized) struct HLSTests {
    /// The playlist of a target, and the addresses of what it lists.
    private static func playlist(_ target: String, _ fixture: ProxyFixture) async throws -> HLSPlaylist {
        let response = try await fixture.get(target)
        try #require(response.status == 200, "\(response.text)")
        #expect(response.header("Content-Type") == "application/vnd.apple.mpegurl")
        #expect(response.header("Cache-Control") == "no-store")
        #expect(!response.text.contains("://"))
        if fixture.enginePort > 1 { #expect(!response.text.contains("\(fixture.enginePort)")) }
        return try HLSReader.read(response.body)
    }

    private static let segmentBytes: [UInt8] = (0..<188 * 50).map {
        $0 % 188 == 0 ? 0x47 : UInt8(truncatingIfNeeded: $0)
    }

    /// A live playlist of three segments, with the numbers from `first` on.
    private static func live(from first: Int, host: String = "") -> PlaylistEngine.Reply {
        let entries = (first..<first + 3).map { "#EXTINF:2,\n\(host)/ace/c/abc/\($0).ts?token=a%20b\n" }
        return .text(
            "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:\(first)\n\(entries.joined())")
    }

    /// Serves a live playlist and its segments.
    private static func script(
        _ playlist: @escaping @Sendable (Int) -> PlaylistEngine.Reply = { _ in live(from: 7) }
    ) -> @Sendable (String, Int) -> PlaylistEngine.Reply {
        { target, before in
            target.hasPrefix("/ace/m/") ? playlist(before) : .segment(segmentBytes)
        }
    }

    private static func run(
        _ script: @escaping @Sendable (String, Int) -> PlaylistEngine.Reply, environment: [String: String] = [:],
        _ body: (ProxyFixture, PlaylistEngine) async throws -> Void
    ) async throws {
        let engine = try await PlaylistEngine(script)
        let unused = try SimulatedEngine(configuration: SimulatedEngineConfiguration())
        try await ProxyFixture.run(engine: unused, port: engine.port, environment: environment) { fixture in
            try await body(fixture, engine)
        }
        try await engine.stop()
    }

    // MARK: What players get

    @Test func aSimulatedEnginePlaysThroughTheProxy() async throws {
        try await ProxyFixture.run { fixture in
            let first = try await Self.playlist("/ace/manifest.m3u8?id=abc", fixture)
            #expect(first.resources.count >= 3)
            var sequences: [UInt64] = []
            for resource in first.resources {
                #expect(resource.reference.hasPrefix("/ace/hls/"))
                let segment = try await fixture.get(resource.reference)
                #expect(segment.status == 200)
                #expect(segment.header("Content-Type") == "video/MP2T")
                #expect(segment.body.count % 188 == 0)
                for start in stride(from: 0, to: segment.body.count - 187, by: 188) {
                    if let (sequence, _) = ProbePacket.parse(segment.body[start..<start + 188]) {
                        sequences.append(sequence)
                    }
                }
            }
            #expect(sequences.count > 1000)
            #expect(zip(sequences, sequences.dropFirst()).allSatisfy { $1 == $0 + 1 })
            #expect(try await fixture.engine.state.sessions.count == 1)
            #expect(try await fixture.get("/ace/status?id=abc").text.contains("\"clients\":1"))
            #expect(try await fixture.get("/ace/status").text.contains("\"streams\":1"))
            #expect(try await fixture.metric("weir_proxy_stream_starts_total{outcome=\"ok\"}") == 1)
            #expect(try await fixture.metric("weir_proxy_hls_viewers{source=\"engine\"}") == 1)
        }
    }

    @Test func aPlayerThatLeavesEndsTheSession() async throws {
        try await ProxyFixture.run(environment: ["ACEXY_M3U8_STREAM_TIMEOUT": "1s"]) { fixture in
            let playlist = try await Self.playlist("/ace/manifest.m3u8?id=abc", fixture)
            #expect(try await eventually { try await fixture.engine.state.counters.sessionsStopped == 1 })
            #expect(try await fixture.engine.state.sessions.isEmpty)
            #expect(try await eventually { try await fixture.metric("weir_proxy_sessions") == 0 })
            #expect(try await fixture.metric("weir_proxy_hls_sessions{source=\"engine\"}") == 0)
            #expect(
                try await fixture.metric("weir_proxy_sessions_ended_total{reason=\"client_disconnected\"}") == 1)
            #expect(try await fixture.get(playlist.resources[0].reference).status == 404)
        }
    }

    @Test func twentyViewersAreOneSessionAndEachSegmentIsFetchedOnce() async throws {
        try await Self.run(Self.script()) { fixture, engine in
            let playlists = try await withThrowingTaskGroup(of: HLSPlaylist.self) { group in
                for index in 0..<20 {
                    group.addTask {
                        let request = OutboundRequest(
                            "GET", "http://127.0.0.1:\(fixture.port)/ace/manifest.m3u8?id=abc&quality=2",
                            headers: [("User-Agent", "player \(index)")])
                        return try HLSReader.read(try await fixture.outbound.send(request).body)
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(engine.starts == 1)
            #expect(engine.requests.contains { $0.hasPrefix("/ace/manifest.m3u8?id=abc&format=json&pid=") })
            #expect(engine.requests.contains { $0.contains("&quality=2") })
            #expect(Set(playlists.map { $0.resources.map(\.reference) }).count == 1)
            #expect(playlists[0].mediaSequence == 7)
            let targets = playlists[0].resources.map(\.reference)
            let bodies = try await withThrowingTaskGroup(of: [UInt8].self) { group in
                for target in targets { for _ in 0..<20 { group.addTask { try await fixture.get(target).body } } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(bodies.count == 60)
            #expect(bodies.allSatisfy { $0 == Self.segmentBytes })
            for number in 7..<10 { #expect(engine.count("/ace/c/abc/\(number).ts?token=a%20b") == 1) }
            #expect(engine.count("/ace/c/") == 3)
            let cache = try await ["hit", "miss", "shared"].asyncMap {
                try await fixture.metric("weir_proxy_hls_cache_requests_total{result=\"\($0)\"}") ?? 0
            }
            #expect(cache[1] == 3)
            #expect(cache.reduce(0, +) == 60)
            #expect(try await fixture.metric("weir_proxy_hls_viewers{source=\"engine\"}") ?? 0 >= 20)
            #expect(
                try await fixture.metric("weir_proxy_hls_sent_bytes_total{source=\"engine\"}")
                    == Double(60 * Self.segmentBytes.count))
        }
    }

    @Test func theWindowMovesAndNamesStay() async throws {
        try await Self.run(Self.script()) { fixture, engine in
            let first = try await Self.playlist("/ace/manifest.m3u8?id=abc", fixture)
            for resource in first.resources { _ = try await fixture.get(resource.reference) }
            engine.change(Self.script { _ in Self.live(from: 9) })
            #expect(
                try await eventually {
                    try await Self.playlist("/ace/manifest.m3u8?id=abc", fixture).mediaSequence == 9
                })
            let second = try await Self.playlist("/ace/manifest.m3u8?id=abc", fixture)
            #expect(second.resources[0] == first.resources[2])
            #expect(!first.resources.contains(second.resources[1]))
            // What has just left the playlist can still be had.
            for resource in first.resources + second.resources {
                #expect(try await fixture.get(resource.reference).body == Self.segmentBytes)
            }
            #expect(engine.count("/ace/c/") == 5)
        }
    }

    @Test func aPlayerThatTakesNothingIsLeftBehind() async throws {
        let large = [UInt8](repeating: 0x47, count: 16 << 20)
        try await Self.run(
            { target, _ in target.hasPrefix("/ace/m/") ? Self.live(from: 7) : .segment(large) },
            environment: ["ACEXY_VIEWER_STALL_TIMEOUT": "1s"]
        ) { fixture, _ in
            let playlist = try await Self.playlist("/ace/manifest.m3u8?id=abc", fixture)
            let player = try Player(port: fixture.port, target: playlist.resources[0].reference, receiveBuffer: 8192)
            #expect(await eventually { player.state.bytes > 0 })
            player.pause()
            #expect(
                try await eventually {
                    try await fixture.metric("weir_proxy_viewers_evicted_total{reason=\"stalled\"}") == 1
                })
            player.kill()
            let request = OutboundRequest(
                "GET", "http://127.0.0.1:\(fixture.port)\(playlist.resources[0].reference)",
                maximumBodyBytes: large.count)
            #expect(try await fixture.outbound.send(request).body.count == large.count)
        }
    }

    @Test func aDeadEngineIsReplacedAtTheNextRequestForThePlaylist() async throws {
        let first = try SimulatedEngine(configuration: SimulatedEngineConfiguration())
        let spare = try SimulatedEngine(configuration: SimulatedEngineConfiguration())
        let port = try await first.start()
        let orchestrator = try await ScriptedOrchestrator(enginePorts: [port, try await spare.start()])
        try await ProxyFixture.run(engine: first, port: port, environment: ["ACEXY_ORCH_URL": orchestrator.url]) {
            fixture in
            _ = try await Self.playlist("/ace/manifest.m3u8?id=abc", fixture)
            var temper = Temper()
            temper.crashAfter = 1
            try await first.setTemper(temper)
            #expect(
                try await eventually {
                    _ = try await Self.playlist("/ace/manifest.m3u8?id=abc", fixture)
                    return try await spare.state.counters.sessionsOpened == 1
                })
            #expect(await eventually { orchestrator.calls("POST", "/events/stream_started").count == 2 })
            #expect(await eventually { orchestrator.calls("POST", "/events/stream_ended").count == 1 })
        }
        await spare.stop()
        try await orchestrator.stop()
    }

    @Test func oneContentIsOneSessionByWhateverNameItIsAskedFor() async throws {
        try await Self.run(Self.script()) { fixture, engine in
            let names = ["id=abc", "content_id=abc", "infohash=\(PlaylistEngine.infohash)", "id=abc&x=1"]
            let lists = try await names.asyncMap { try await Self.playlist("/ace/manifest.m3u8?\($0)", fixture) }
            #expect(Set(lists.map { $0.resources.map(\.reference) }).count == 1)
            #expect(engine.starts == 1)
        }
    }

    @Test func twoNamesAskedForAtOnceEndInOneSession() async throws {
        try await Self.run(Self.script()) { fixture, engine in
            async let first = fixture.get("/ace/manifest.m3u8?id=abc")
            async let second = fixture.get("/ace/manifest.m3u8?infohash=\(PlaylistEngine.infohash)")
            let (one, two) = try await (first, second)
            #expect(one.status == 200)
            #expect(one.text == two.text)
            #expect(await eventually { engine.starts - engine.stops == 1 })
            #expect(try await eventually { try await fixture.metric("weir_proxy_sessions") == 1 })
        }
    }

    @Test func withTheSettingTheStreamsPathAnswersWithThePlaylist() async throws {
        try await ProxyFixture.run(environment: ["ACEXY_M3U8": "true"]) { fixture in
            let playlist = try await Self.playlist("/ace/getstream?id=abc", fixture)
            #expect(playlist.resources.count >= 3)
            let head = try await fixture.outbound.send(
                OutboundRequest("HEAD", "http://127.0.0.1:\(fixture.port)/ace/getstream?id=other"))
            #expect(head.status == 200)
            #expect(head.header("Content-Type") == "application/vnd.apple.mpegurl")
            #expect(try await fixture.engine.state.counters.sessionsOpened == 1)
            #expect(try await fixture.get("/ace/getstream").status == 400)
        }
    }

    @Test func listsOfPlaylistsKeysAndMapsComeThroughTheProxy() async throws {
        try await Self.run({ target, _ in
            switch target {
            case _ where target.hasPrefix("/ace/m/"):
                return .text(
                    """
                    #EXTM3U
                    #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="x",URI="/ace/v/audio.m3u8"
                    #EXT-X-STREAM-INF:BANDWIDTH=100,AUDIO="a"
                    /ace/v/video.m3u8?q=1
                    """)
            case "/ace/v/video.m3u8?q=1":
                return .text(
                    """
                    #EXTM3U
                    #EXT-X-TARGETDURATION:2
                    #EXT-X-KEY:METHOD=AES-128,URI="k/1.key"
                    #EXT-X-MAP:URI="init.mp4",BYTERANGE="4@2"
                    #EXTINF:2,
                    #EXT-X-BYTERANGE:5@1
                    all.m4s
                    #EXT-X-ENDLIST
                    """)
            case "/ace/v/audio.m3u8": return .text("<html>")
            case "/ace/v/k/1.key": return .segment([1, 2, 3])
            default: return .segment(Array(0..<20))
            }
        }) { fixture, engine in
            let list = try await Self.playlist("/ace/manifest.m3u8?id=abc", fixture)
            #expect(list.kind == .multivariant)
            #expect(list.resources.allSatisfy { $0.reference.hasSuffix(".m3u8") })
            let video = try await Self.playlist(list.resources[1].reference, fixture)
            #expect(video.isComplete)
            #expect(video.resources.map { $0.reference.split(separator: ".").last } == ["key", "mp4", "m4s"])
            let bodies = try await video.resources.asyncMap { try await fixture.get($0.reference).body }
            #expect(bodies == [[1, 2, 3], [2, 3, 4, 5], [1, 2, 3, 4, 5]])
            // What has ended is not asked for again.
            _ = try await Self.playlist(list.resources[1].reference, fixture)
            #expect(engine.count("/ace/v/video.m3u8") == 1)
            let audio = try await fixture.get(list.resources[0].reference)
            #expect(audio.status == 502)
            #expect(audio.text.contains("#EXTM3U"))
        }
    }

    // MARK: What engines do wrong

    @Test func addressesElsewhereAreNeverFetched() async throws {
        let elsewhere = try await PlaylistEngine { _, _ in .segment([1]) }
        let port = elsewhere.port
        try await Self.run(Self.script()) { fixture, engine in
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
        try await Self.run(Self.script()) { fixture, engine in
            let playlist = try await Self.playlist("/ace/manifest.m3u8?id=abc", fixture)
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
        try await Self.run(
            { _, _ in reply }, environment: ["ACEXY_NO_RESPONSE_TIMEOUT": "1s", "ACEXY_DEAD_CONTENT_TTL": "0"]
        ) { fixture, engine in
            let response = try await fixture.get("/ace/manifest.m3u8?id=abc")
            #expect(response.status == 500)
            #expect(response.text.hasPrefix("Failed to start stream: "))
            #expect(response.text.contains(reason), "\(response.text)")
            #expect(engine.starts == 1)
            #expect(await eventually { engine.stops == 1 })
            engine.change(Self.script())
            #expect(try await Self.playlist("/ace/manifest.m3u8?id=abc", fixture).resources.count == 3)
            #expect(try await eventually { try await fixture.metric("weir_proxy_sessions") == 1 })
        }
    }

    @Test func anEngineThatFailsLaterOnDoesNotCutItsViewersOff() async throws {
        try await Self.run(Self.script(), environment: ["ACEXY_EMPTY_TIMEOUT": "3s"]) { fixture, engine in
            let before = try await fixture.get("/ace/manifest.m3u8?id=abc").text
            engine.change(Self.script { _ in .text("<html>") })
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
        try await Self.run({ target, _ in
            switch target {
            case _ where target.hasPrefix("/ace/m/"): Self.live(from: 7)
            case _ where target.hasPrefix("/ace/c/abc/7.ts"): .notFound
            case _ where target.hasPrefix("/ace/c/abc/8.ts"): .segment(large)
            default: .segment(Self.segmentBytes)
            }
        }) { fixture, engine in
            let playlist = try await Self.playlist("/ace/manifest.m3u8?id=abc", fixture)
            let answers = try await playlist.resources.asyncMap { try await fixture.get($0.reference) }
            #expect(answers.map(\.status) == [404, 502, 200])
            #expect(answers[1].text.contains("more than"))
            #expect(answers[2].body == Self.segmentBytes)
            for outcome in ["not_found", "too_large", "ok"] {
                #expect(
                    try await fixture.metric(
                        "weir_proxy_hls_fetches_total{resource=\"segment\",outcome=\"\(outcome)\"}") == 1)
            }
        }
    }

    @Test func anEngineThatForgetsTheSessionIsAskedForAnother() async throws {
        try await Self.run(Self.script()) { fixture, engine in
            let first = try await Self.playlist("/ace/manifest.m3u8?id=abc", fixture)
            let isForgotten = engine.count("/ace/m/") + 1
            engine.change(Self.script { before in before < isForgotten ? .notFound : Self.live(from: 9) })
            #expect(
                try await eventually {
                    try await Self.playlist("/ace/manifest.m3u8?id=abc", fixture).mediaSequence == 9
                })
            #expect(engine.starts == 2)
            let second = try await Self.playlist("/ace/manifest.m3u8?id=abc", fixture)
            #expect(
                second.resources[0].reference.split(separator: "/")[2]
                    != first.resources[0].reference.split(separator: "/")[2])
            #expect(await eventually { engine.stops == 1 })
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

    @Test func theOrchestratorHearsOfStartAndEnd() async throws {
        let engine = try await PlaylistEngine(Self.script())
        let orchestrator = try await ScriptedOrchestrator(enginePort: engine.port)
        let unused = try SimulatedEngine(configuration: SimulatedEngineConfiguration())
        let environment = ["ACEXY_ORCH_URL": orchestrator.url, "ACEXY_M3U8_STREAM_TIMEOUT": "1s"]
        try await ProxyFixture.run(engine: unused, port: 1, environment: environment) { fixture in
            _ = try await Self.playlist("/ace/manifest.m3u8?id=abc", fixture)
            #expect(await eventually { orchestrator.calls("POST", "/events").count >= 1 })
            #expect(
                await eventually {
                    let bodies = orchestrator.calls("POST", "/events").map(\.body).joined()
                    return bodies.contains("\"lease_id\":\"l\(engine.port)\"") && bodies.contains("client_disconnected")
                })
            #expect(await eventually { engine.stops == 1 })
        }
        #expect(orchestrator.calls("POST", "/engines/lease").count == 1)
        try await orchestrator.stop()
        try await engine.stop()
    }

    @Test func limitsCountForPlaylistsToo() async throws {
        let environment = ["ACEXY_MAX_SESSIONS": "1", "ACEXY_MAX_VIEWERS_PER_SESSION": "1"]
        try await Self.run(Self.script(), environment: environment) { fixture, engine in
            let url = "http://127.0.0.1:\(fixture.port)/ace/manifest.m3u8"
            #expect(try await fixture.get("/ace/manifest.m3u8?id=abc").status == 200)
            #expect(try await fixture.get("/ace/manifest.m3u8?id=abc").status == 200)
            let other = OutboundRequest("GET", url + "?id=abc", headers: [("User-Agent", "other")])
            let refused = try await fixture.outbound.send(other)
            #expect(refused.status == 503)
            #expect(refused.text.contains("\"code\":\"viewer_limit\""), "\(refused.text)")
            for path in ["/ace/manifest.m3u8?id=def", "/ace/getstream?id=def", "/ace/hls/getstream.m3u8?id=def"] {
                let answer = try await fixture.get(path)
                #expect(answer.status == 503)
                #expect(answer.text.contains("\"code\":\"session_limit\""), "\(answer.text)")
            }
            #expect(try await fixture.metric("weir_proxy_limit_refusals_total{reason=\"session_limit\"}") == 3)
            #expect(engine.starts == 1)
        }
    }

    @Test func aShutdownEndsTheSession() async throws {
        let engine = try await PlaylistEngine(Self.script())
        let unused = try SimulatedEngine(configuration: SimulatedEngineConfiguration())
        try await ProxyFixture.run(engine: unused, port: engine.port) { fixture in
            _ = try await Self.playlist("/ace/manifest.m3u8?id=abc", fixture)
        }
        #expect(engine.stops == 1)
        try await engine.stop()
    }
}

extension Sequence where Self: Sendable {
    /// One after the other.
    fileprivate func asyncMap<Value>(_ transform: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await transform(element)) }
        return values
    }
}
