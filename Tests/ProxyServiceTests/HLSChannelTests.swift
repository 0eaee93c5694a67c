import EngineSimulator
import Foundation
import Outbound
import Playlist
import ProxyService
import Testing

/// Channels where streams are answered with playlists.
@Suite(.serialized) struct HLSChannelTests {
    private static let list = """
        #EXTM3U
        #EXTINF:-1 tvg-id="two words",Two
        acestream://dead
        acestream://3333
        """

    @Test func aChannelPlaysAsHLSWithItsBackups() async throws {
        let file = try ChannelListFile(Self.list)
        defer { file.remove() }
        var configuration = SimulatedEngineConfiguration()
        configuration.temper.dead = ["dead"]
        let environment = ["ACEXY_M3U8": "true", "ACEXY_NO_RESPONSE_TIMEOUT": "60s"].merging(file.environment) {
            own, _ in own
        }
        try await ProxyFixture.run(engine: configuration, environment: environment) { fixture in
            let target = "/channels/two%20words"
            var played: Set<Substring> = []
            let deadline = ContinuousClock.now + .seconds(60)
            while played.count < 4, .now < deadline {
                for resource in try await HLSScript.playlist(target, fixture).resources {
                    #expect(resource.reference.hasPrefix("\(target)/hls/"))
                    let segment = try await fixture.get(resource.reference)
                    #expect(segment.status == 200)
                    #expect(segment.header("Content-Type") == "video/MP2T")
                    played.insert(resource.path)
                }
                try await Task.sleep(for: .milliseconds(100))
            }
            #expect(played.count >= 4)
            // The backup is chosen once, whoever is watching stays with it.
            #expect(try await fixture.metric("weir_proxy_channel_backups_total") == 1)
            #expect(try await fixture.engine.state.counters.sessionsOpened == 1)
            let head = try await fixture.outbound.send(
                OutboundRequest("HEAD", "http://127.0.0.1:\(fixture.port)\(target)"))
            #expect(head.header("Content-Type") == "application/vnd.apple.mpegurl")
            #expect(try await fixture.get("/channels/none").status == 404)
            #expect(try await fixture.get("\(target)/hls/\(String(repeating: "0", count: 32))/1.ts").status == 404)
        }
    }

    @Test func aChannelOfDeadContentsTellsWhy() async throws {
        let file = try ChannelListFile("#EXTM3U\n#EXTINF:-1 tvg-id=\"x\",X\nacestream://dead\nacestream://dead2\n")
        defer { file.remove() }
        var configuration = SimulatedEngineConfiguration()
        configuration.temper.dead = ["dead", "dead2"]
        let environment = ["ACEXY_M3U8": "true", "ACEXY_NO_RESPONSE_TIMEOUT": "60s"].merging(file.environment) {
            own, _ in own
        }
        try await ProxyFixture.run(engine: configuration, environment: environment) { fixture in
            let answer = try await fixture.get("/channels/x")
            #expect(answer.status == 500)
            #expect(answer.text == "Failed to start stream: failed to load content\n")
        }
    }
}
