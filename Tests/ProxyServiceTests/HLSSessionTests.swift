import EngineSimulator
import Foundation
import Outbound
import Playlist
import ProxyService
import Testing
import TransportStream

/// How sessions of engines that deliver HLS end, move and are limited.
@Suite(.serialized) struct HLSSessionTests {
    @Test func aPlayerThatLeavesEndsTheSession() async throws {
        try await ProxyFixture.run(environment: ["ACEXY_M3U8_STREAM_TIMEOUT": "3s"]) { fixture in
            let playlist = try await HLSScript.playlist("/ace/manifest.m3u8?id=abc", fixture)
            #expect(try await eventually { try await fixture.engine.state.counters.sessionsStopped == 1 })
            #expect(try await fixture.engine.state.sessions.isEmpty)
            #expect(try await eventually { try await fixture.metric("weir_proxy_sessions") == 0 })
            #expect(try await fixture.metric("weir_proxy_hls_sessions{source=\"engine\"}") == 0)
            #expect(
                try await fixture.metric("weir_proxy_sessions_ended_total{reason=\"client_disconnected\"}") == 1)
            #expect(try await fixture.get(playlist.resources[0].reference).status == 404)
        }
    }

    @Test func aDeadEngineIsReplacedAtTheNextRequestForThePlaylist() async throws {
        let first = try SimulatedEngine(configuration: SimulatedEngineConfiguration())
        let spare = try SimulatedEngine(configuration: SimulatedEngineConfiguration())
        let port = try await first.start()
        let orchestrator = try await ScriptedOrchestrator(enginePorts: [port, try await spare.start()])
        try await ProxyFixture.run(engine: first, port: port, environment: ["ACEXY_ORCH_URL": orchestrator.url]) {
            fixture in
            _ = try await HLSScript.playlist("/ace/manifest.m3u8?id=abc", fixture)
            var temper = Temper()
            temper.crashAfter = 1
            try await first.setTemper(temper)
            #expect(
                try await eventually {
                    _ = try await HLSScript.playlist("/ace/manifest.m3u8?id=abc", fixture)
                    return try await spare.state.counters.sessionsOpened == 1
                })
            #expect(await eventually { orchestrator.calls("POST", "/events/stream_started").count == 2 })
            #expect(await eventually { orchestrator.calls("POST", "/events/stream_ended").count == 1 })
        }
        await spare.stop()
        try await orchestrator.stop()
    }

    @Test func anEngineThatForgetsTheSessionIsAskedForAnother() async throws {
        try await HLSScript.run(HLSScript.script()) { fixture, engine in
            let first = try await HLSScript.playlist("/ace/manifest.m3u8?id=abc", fixture)
            let isForgotten = engine.count("/ace/m/") + 1
            engine.change(HLSScript.script { before in before < isForgotten ? .notFound : HLSScript.live(from: 9) })
            #expect(
                try await eventually {
                    try await HLSScript.playlist("/ace/manifest.m3u8?id=abc", fixture).mediaSequence == 9
                })
            #expect(engine.starts == 2)
            let second = try await HLSScript.playlist("/ace/manifest.m3u8?id=abc", fixture)
            #expect(
                second.resources[0].reference.split(separator: "/")[2]
                    != first.resources[0].reference.split(separator: "/")[2])
            #expect(await eventually { engine.stops == 1 })
        }
    }

    @Test func theOrchestratorHearsOfStartAndEnd() async throws {
        let engine = try await PlaylistEngine(HLSScript.script())
        let orchestrator = try await ScriptedOrchestrator(enginePort: engine.port)
        let unused = try SimulatedEngine(configuration: SimulatedEngineConfiguration())
        let environment = ["ACEXY_ORCH_URL": orchestrator.url, "ACEXY_M3U8_STREAM_TIMEOUT": "3s"]
        try await ProxyFixture.run(engine: unused, port: 1, environment: environment) { fixture in
            _ = try await HLSScript.playlist("/ace/manifest.m3u8?id=abc", fixture)
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
        try await HLSScript.run(HLSScript.script(), environment: environment) { fixture, engine in
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
        let engine = try await PlaylistEngine(HLSScript.script())
        let unused = try SimulatedEngine(configuration: SimulatedEngineConfiguration())
        try await ProxyFixture.run(engine: unused, port: engine.port) { fixture in
            _ = try await HLSScript.playlist("/ace/manifest.m3u8?id=abc", fixture)
        }
        #expect(engine.stops == 1)
        try await engine.stop()
    }
}
