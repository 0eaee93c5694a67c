import EngineSimulator
import Foundation
import Outbound
import Playlist
import ProxyService
import Testing
import TransportStream

/// HLS made from the stream of an ordinary session.
@Suite(.serialized) struct HLSCutTests {
    private static let target = "/ace/hls/getstream.m3u8?id=abc"

    private static func playlist(_ fixture: ProxyFixture, target: String = target) async throws -> HLSPlaylist {
        let response = try await fixture.get(target)
        try #require(response.status == 200, "\(response.text)")
        #expect(response.header("Content-Type") == "application/vnd.apple.mpegurl")
        return try HLSReader.read(response.body)
    }

    /// Sequence numbers of the marked packets.
    private static func sequences(_ body: [UInt8]) -> [UInt64] {
        stride(from: 0, to: body.count - body.count % 188, by: 188).compactMap {
            ProbePacket.parse(body[$0..<$0 + 188])?.0
        }
    }

    /// Whether a segment can be played alone: tables first, then a random-access point.
    private static func isPlayable(_ body: [UInt8]) -> Bool {
        var scanner = RandomAccessScanner()
        var first: UInt16?
        body.withUnsafeBytes { bytes in
            scanner.scan(bytes, position: 0)
            first = PacketView(bytes)?.pid
        }
        return first == 0 && scanner.randomAccessPoints(from: 0).first.map { $0 <= 188 * 8 } == true
    }

    @Test func playersOfBothKindsShareOneSession() async throws {
        try await ProxyFixture.run { fixture in
            let player = try fixture.player("abc")
            #expect(await eventually { player.state.packets > 1000 })
            // The first segments are made of what the ring holds.
            let playlist = try await Self.playlist(fixture)
            #expect(playlist.targetDuration == Segmenter.targetDuration)
            #expect(!playlist.durations.isEmpty)
            #expect(playlist.durations.allSatisfy { $0 > 0.5 && $0 < 6.5 })
            #expect(try await fixture.engine.state.counters.sessionsOpened == 1)
            #expect(try await fixture.engine.state.readers == 1)
            player.kill()
            #expect(try await eventually { try await fixture.metric("weir_proxy_viewers") == 0 })
            // The session goes on for the player that is left.
            var seen: [String: [UInt64]] = [:]
            #expect(
                try await eventually(within: .seconds(30)) {
                    try await Self.playlist(fixture).resources.count >= 2
                })
            for resource in try await Self.playlist(fixture).resources {
                let segment = try await fixture.get(resource.reference)
                #expect(segment.status == 200)
                #expect(segment.header("Content-Type") == "video/MP2T")
                #expect(Self.isPlayable(segment.body))
                seen[resource.reference] = Self.sequences(segment.body)
                #expect(try await fixture.get(resource.reference).body == segment.body)
            }
            let numbers = seen.values.flatMap(\.self).sorted()
            #expect(numbers.count > 1000)
            #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $1 == $0 + 1 })
            #expect(try await fixture.engine.state.counters.sessionsOpened == 1)
            #expect(try await fixture.metric("weir_proxy_hls_sessions{source=\"stream\"}") == 1)
            #expect(try await fixture.metric("weir_proxy_hls_window_bytes") ?? 0 > 0)
            #expect(
                try await fixture.metric("weir_proxy_hls_segments_cut_total{reason=\"random_access\"}") ?? 0 >= 2)
        }
    }

    @Test func theSessionEndsSomeTimeAfterTheLastRequest() async throws {
        try await ProxyFixture.run(environment: ["ACEXY_M3U8_STREAM_TIMEOUT": "3s"]) { fixture in
            _ = try await Self.playlist(fixture)
            #expect(try await eventually { try await fixture.engine.state.counters.sessionsStopped == 1 })
            let open = "weir_proxy_hls_sessions{source=\"stream\"}"
            #expect(try await eventually { try await fixture.metric(open) == 0 })
            #expect(try await fixture.metric("weir_proxy_sessions") == 0)
        }
    }

    @Test func manyAtOnceGetOneAndTheSame() async throws {
        try await ProxyFixture.run { fixture in
            let playlists = try await withThrowingTaskGroup(of: String.self) { group in
                for index in 0..<20 {
                    group.addTask {
                        let name = index % 2 == 0 ? "id" : "content_id"
                        return try await fixture.get("/ace/hls/getstream.m3u8?\(name)=abc").text
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let lists = try playlists.map { try HLSReader.read(Array($0.utf8)) }
            #expect(Set(lists.map { $0.resources.first?.path }).count == 1)
            #expect(Set(lists.compactMap { $0.resources.first?.reference }.map { $0.drop { $0 != "?" } }).count == 2)
            #expect(try await fixture.engine.state.counters.sessionsOpened == 1)
            let name = String(try #require(lists[0].resources.first?.path))
            #expect(try await fixture.get(name).status == 200)
            #expect(try await fixture.get(name.replacingOccurrences(of: ".ts", with: ".m3u8")).status == 404)
            #expect(try await fixture.get(name + "x").status == 404)
            // Who asks for the stream now joins the same session.
            let player = try fixture.player("abc")
            #expect(await eventually { player.state.packets > 100 })
            #expect(try await fixture.engine.state.counters.sessionsOpened == 1)
            player.kill()
        }
    }

    @Test func aFailoverIsADiscontinuityAndPlayersGoOn() async throws {
        let first = try SimulatedEngine(configuration: SimulatedEngineConfiguration())
        let spare = try SimulatedEngine(configuration: SimulatedEngineConfiguration())
        let port = try await first.start()
        let orchestrator = try await ScriptedOrchestrator(enginePorts: [port, try await spare.start()])
        try await ProxyFixture.run(engine: first, port: port, environment: ["ACEXY_ORCH_URL": orchestrator.url]) {
            fixture in
            let before = try await fixture.get(Self.target).text
            #expect(!before.contains("#EXT-X-DISCONTINUITY"))
            var temper = Temper()
            temper.crashAfter = 1
            try await first.setTemper(temper)
            #expect(
                try await eventually(within: .seconds(30)) {
                    try await fixture.get(Self.target).text.contains("#EXT-X-DISCONTINUITY\n")
                })
            let playlist = try await Self.playlist(fixture)
            let bodies = try await playlist.resources.count { resource in
                Self.isPlayable(try await fixture.get(resource.reference).body)
            }
            #expect(bodies == playlist.resources.count)
            #expect(try await spare.state.counters.sessionsOpened == 1)
            #expect(try await fixture.metric("weir_proxy_hls_segments_cut_total{reason=\"discontinuity\"}") == 1)
        }
        await spare.stop()
        try await orchestrator.stop()
    }

    @Test func whatCannotBeStartedIsAnsweredAsForStreams() async throws {
        var configuration = SimulatedEngineConfiguration()
        configuration.temper.dead = ["dead"]
        configuration.temper.silent = ["silent"]
        try await ProxyFixture.run(engine: configuration, environment: ["ACEXY_NO_RESPONSE_TIMEOUT": "1s"]) { fixture in
            for id in ["dead", "silent"] {
                let stream = try await fixture.get("/ace/getstream?id=\(id)")
                let playlist = try await fixture.get("/ace/hls/getstream.m3u8?id=\(id)")
                #expect(stream.status == 500)
                #expect(playlist.status == stream.status)
                #expect(playlist.text == stream.text)
            }
            #expect(try await fixture.get("/ace/hls/getstream.m3u8").status == 400)
            let head = try await fixture.outbound.send(
                OutboundRequest("HEAD", "http://127.0.0.1:\(fixture.port)\(Self.target)"))
            #expect(head.header("Content-Type") == "application/vnd.apple.mpegurl")
            #expect(try await fixture.engine.state.sessions.isEmpty)
        }
    }
}

extension Array {
    fileprivate func count(_ isCounted: (Element) async throws -> Bool) async rethrows -> Int {
        var count = 0
        for element in self where try await isCounted(element) { count += 1 }
        return count
    }
}
