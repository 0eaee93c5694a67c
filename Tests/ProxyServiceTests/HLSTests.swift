import EngineSimulator
import Foundation
import Outbound
import Playlist
import ProxyService
import TestSupport
import Testing
import TransportStream

/// HLS of an engine through the proxy: one engine session, each segment once, nothing of the engine shown.
@Suite(.serialized) struct HLSTests {
    @Test func aSimulatedEnginePlaysThroughTheProxy() async throws {
        try await ProxyFixture.run { fixture in
            let first = try await HLSScript.playlist("/ace/manifest.m3u8?id=abc", fixture)
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

    @Test func twentyViewersAreOneSessionAndEachSegmentIsFetchedOnce() async throws {
        try await HLSScript.run(HLSScript.script()) { fixture, engine in
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
            #expect(bodies.allSatisfy { $0 == HLSScript.segmentBytes })
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
                    == Double(60 * HLSScript.segmentBytes.count))
        }
    }

    @Test func theWindowMovesAndNamesStay() async throws {
        try await HLSScript.run(HLSScript.script()) { fixture, engine in
            let first = try await HLSScript.playlist("/ace/manifest.m3u8?id=abc", fixture)
            for resource in first.resources { _ = try await fixture.get(resource.reference) }
            engine.change(HLSScript.script { _ in HLSScript.live(from: 9) })
            #expect(
                try await eventually {
                    try await HLSScript.playlist("/ace/manifest.m3u8?id=abc", fixture).mediaSequence == 9
                })
            let second = try await HLSScript.playlist("/ace/manifest.m3u8?id=abc", fixture)
            #expect(second.resources[0] == first.resources[2])
            #expect(!first.resources.contains(second.resources[1]))
            // What has just left the playlist can still be had.
            for resource in first.resources + second.resources {
                #expect(try await fixture.get(resource.reference).body == HLSScript.segmentBytes)
            }
            #expect(engine.count("/ace/c/") == 5)
        }
    }

    @Test func aPlayerThatTakesNothingIsLeftBehind() async throws {
        let large = [UInt8](repeating: 0x47, count: 16 << 20)
        try await HLSScript.run(
            { target, _ in target.hasPrefix("/ace/m/") ? HLSScript.live(from: 7) : .segment(large) },
            environment: ["ACEXY_VIEWER_STALL_TIMEOUT": "1s"]
        ) { fixture, _ in
            let playlist = try await HLSScript.playlist("/ace/manifest.m3u8?id=abc", fixture)
            let player = try Player(port: fixture.port, target: playlist.resources[0].reference, receiveBuffer: 8192)
            #expect(await eventually { player.state.bytes > 0 })
            player.pause()
            #expect(
                try await eventually(within: .seconds(60)) {
                    try await fixture.metric("weir_proxy_viewers_evicted_total{reason=\"stalled\"}") == 1
                })
            player.kill()
            let request = OutboundRequest(
                "GET", "http://127.0.0.1:\(fixture.port)\(playlist.resources[0].reference)",
                maximumBodyBytes: large.count)
            #expect(try await fixture.outbound.send(request).body.count == large.count)
        }
    }

    @Test(.enabled(if: TestLength.isLong)) func aPlayerThatTakesTooLongForASegmentIsLeftBehind() async throws {
        let large = [UInt8](repeating: 0x47, count: 30 << 20)
        try await HLSScript.run(
            { target, _ in target.hasPrefix("/ace/m/") ? HLSScript.live(from: 7) : .segment(large) },
            environment: ["ACEXY_VIEWER_STALL_TIMEOUT": "4s"]
        ) { fixture, _ in
            let playlist = try await HLSScript.playlist("/ace/manifest.m3u8?id=abc", fixture)
            let player = try Connection(port: fixture.port)
            player.request(playlist.resources[0].reference)
            // Each piece in time, but not the whole. (The kernel says that there is room again once a third of its
            // buffer, more than a megabyte, is free.)
            var taken = 0
            let evicted = "weir_proxy_viewers_evicted_total{reason=\"stalled\"}"
            let deadline = ContinuousClock.now + .seconds(60)
            while try await fixture.metric(evicted) != 1, .now < deadline {
                taken += max(0, player.read(32 << 10))
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(try await fixture.metric(evicted) == 1)
            #expect(taken > 1 << 20 && taken < large.count)
            player.leave()
        }
    }

    @Test func oneContentIsOneSessionByWhateverNameItIsAskedFor() async throws {
        try await HLSScript.run(HLSScript.script()) { fixture, engine in
            let names = ["id=abc", "content_id=abc", "infohash=\(PlaylistEngine.infohash)", "id=abc&x=1"]
            let lists = try await names.asyncMap { try await HLSScript.playlist("/ace/manifest.m3u8?\($0)", fixture) }
            #expect(Set(lists.map { $0.resources.map(\.path) }).count == 1)
            let queries = lists.map { $0.resources[0].reference.drop { $0 != "?" } }
            #expect(queries == ["?id=abc", "?content_id=abc", "?infohash=\(PlaylistEngine.infohash)", "?id=abc"])
            #expect(engine.starts == 1)
        }
    }

    @Test func twoNamesAskedForAtOnceEndInOneSession() async throws {
        try await HLSScript.run(HLSScript.script()) { fixture, engine in
            async let first = fixture.get("/ace/manifest.m3u8?id=abc")
            async let second = fixture.get("/ace/manifest.m3u8?infohash=\(PlaylistEngine.infohash)")
            let (one, two) = try await (first, second)
            #expect(one.status == 200)
            #expect(one.text.replacing("?id=abc", with: "?infohash=\(PlaylistEngine.infohash)") == two.text)
            #expect(await eventually { engine.starts - engine.stops == 1 })
            #expect(try await eventually { try await fixture.metric("weir_proxy_sessions") == 1 })
        }
    }

    @Test func withTheSettingTheStreamsPathAnswersWithThePlaylist() async throws {
        try await ProxyFixture.run(environment: ["ACEXY_M3U8": "true"]) { fixture in
            let playlist = try await HLSScript.playlist("/ace/getstream?id=abc", fixture)
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
        try await HLSScript.run({ target, _ in
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
            let list = try await HLSScript.playlist("/ace/manifest.m3u8?id=abc", fixture)
            #expect(list.kind == .multivariant)
            #expect(list.resources.allSatisfy { $0.reference.hasSuffix(".m3u8?id=abc") })
            let video = try await HLSScript.playlist(list.resources[1].reference, fixture)
            #expect(video.isComplete)
            #expect(video.resources.map { $0.path.split(separator: ".").last } == ["key", "mp4", "m4s"])
            let bodies = try await video.resources.asyncMap { try await fixture.get($0.reference).body }
            #expect(bodies == [[1, 2, 3], [2, 3, 4, 5], [1, 2, 3, 4, 5]])
            // What has ended is not asked for again.
            _ = try await HLSScript.playlist(list.resources[1].reference, fixture)
            #expect(engine.count("/ace/v/video.m3u8") == 1)
            let audio = try await fixture.get(list.resources[0].reference)
            #expect(audio.status == 502)
            #expect(audio.text.contains("#EXTM3U"))
        }
    }
}
