import EngineSimulator
import Foundation
import Outbound
import Playlist
import ProxyService
import Testing

/// HLS where the proxy's engine delivers none: it is another proxy.
@Suite(.serialized) struct HLSEdgeTests {
    private func run(
        environment: [String: String] = [:], _ body: (_ origin: ProxyFixture, _ edge: ProxyFixture) async throws -> Void
    ) async throws {
        // A start waits for a machine that is busy with other things.
        let patience = ["ACEXY_NO_RESPONSE_TIMEOUT": "60s"]
        try await ProxyFixture.run(environment: patience) { origin in
            let edge = try await ProxyFixture.start(
                engine: origin.engine, port: origin.port, environment: environment.merging(patience) { own, _ in own })
            let outcome: Result<Void, any Error>
            do { outcome = .success(try await body(origin, edge)) } catch { outcome = .failure(error) }
            await edge.stop(isEngineLeft: true)
            try outcome.get()
        }
    }

    @Test func theEdgeCutsTheOriginsStream() async throws {
        try await run { origin, edge in
            let player = try edge.player()
            #expect(await eventually(within: .seconds(60)) { player.state.packets > 100 })
            for _ in 0..<3 {
                let playlist = try await HLSScript.playlist("/ace/manifest.m3u8?id=abc", edge)
                let segment = try await edge.get(try #require(playlist.resources.first).reference)
                #expect(segment.status == 200)
                #expect(segment.body.count > 188 && segment.body[0] == 0x47)
            }
            #expect(try await origin.engine.state.counters.sessionsOpened == 1)
            #expect(try await edge.metric("weir_proxy_hls_sessions{source=\"stream\"}") == 1)
            #expect(try await edge.metric("weir_proxy_hls_sessions{source=\"engine\"}") == 0)
            #expect(try await edge.metric("weir_proxy_sessions") == 1)
            // The origin was asked for HLS once, and that counts as no failed start.
            let asked = "weir_proxy_http_requests_total{route=\"/ace/manifest.m3u8\",method=\"GET\",code=\"200\"}"
            #expect(try await origin.metric(asked) == 1)
            #expect(try await edge.metric("weir_proxy_stream_starts_total{outcome=\"engine_error\"}") == 0)
            #expect(!player.state.isClosed)
            player.kill()
        }
    }

    @Test func theStreamsPathAnswersWithAPlaylistThereToo() async throws {
        try await run(environment: ["ACEXY_M3U8": "true"]) { origin, edge in
            let playlist = try await HLSScript.playlist("/ace/getstream?id=abc", edge)
            #expect(try await edge.get(try #require(playlist.resources.first).reference).status == 200)
            #expect(try await origin.engine.state.counters.sessionsOpened == 1)
        }
    }

    @Test func whatTheOriginCannotPlayIsToldAsForStreams() async throws {
        var configuration = SimulatedEngineConfiguration()
        configuration.temper.dead = ["dead"]
        try await ProxyFixture.run(engine: configuration) { origin in
            let edge = try await ProxyFixture.start(engine: origin.engine, port: origin.port)
            let playlist = try await edge.get("/ace/manifest.m3u8?id=dead")
            #expect(playlist.status == 500)
            #expect(playlist.text == "Failed to start stream: failed to load content\n")
            await edge.stop(isEngineLeft: true)
        }
    }
}
