import Catalogue
import EngineSimulator
import Outbound
import ProxyService
import Telemetry
import Testing

/// What the proxy tells Prometheus.
@Suite(.serialized) struct MetricsTests {
    @Test func everyFamilyOfTheCatalogueIsExposed() async throws {
        try await ProxyFixture.run { fixture in
            let exposed = Self.families(try await fixture.get("/metrics").text)
            #expect(exposed.filter { $0.hasPrefix("weir_proxy_") } == Set(ProxyFamilies.all.map(\.name)))
        }
    }

    @Test func earlierNamesAreServedOnRequest() async throws {
        try await ProxyFixture.run(environment: ["METRICS_LEGACY_NAMES": "1"]) { fixture in
            let player = try fixture.player("abc")
            #expect(await eventually { player.state.packets > 10 })
            #expect(try await fixture.metric("orch_proxy_active_clients") == 1)
            #expect(try await fixture.metric("orch_proxy_egress_bytes_total") ?? 0 > 0)
            #expect(try await fixture.get("/ace/hls/getstream.m3u8?id=abc").status == 200)
            #expect(try await fixture.metric("orch_proxy_active_clients") == 2)
            #expect(try await fixture.metric("orch_proxy_active_clients_hls") == 1)
            #expect(try await fixture.metric("orch_proxy_active_clients_ts") == 1)
            player.kill()
        }
    }

    @Test func playersStreamsAndEngineCallsAreCounted() async throws {
        try await ProxyFixture.run { fixture in
            let first = try fixture.player("abc")
            #expect(await eventually { first.state.packets > 100 })
            let second = try fixture.player("abc")
            #expect(await eventually { second.state.packets > 100 })
            for kind in ["cold", "join"] {
                #expect(try await fixture.metric("weir_proxy_time_to_first_byte_seconds_count{kind=\"\(kind)\"}") == 1)
            }
            for operation in ["start", "play"] {
                let labels = "{operation=\"\(operation)\",outcome=\"ok\"}"
                #expect(try await fixture.metric("weir_proxy_engine_calls_total" + labels) == 1)
            }
            #expect(try await eventually { try await fixture.metric("weir_proxy_ring_used_bytes") ?? 0 > 0 })
            #expect(try await fixture.metric("weir_proxy_http_connections_limit") ?? 0 > 0)
            #expect(try await fixture.metric("weir_proxy_http_connections") == 1)
            #expect(try await fixture.metric("weir_proxy_stream_thread_round_duration_seconds_count") ?? 0 > 0)
            #expect(try await fixture.metric("weir_proxy_sessions_starting") == 0)
            first.kill()
            second.kill()
            #expect(
                try await eventually {
                    try await fixture.metric("weir_proxy_engine_calls_total{operation=\"stop\",outcome=\"ok\"}") == 1
                })
            #expect(try await fixture.metric("weir_proxy_viewer_duration_seconds_count") == 2)
            #expect(try await eventually { try await fixture.metric("weir_proxy_ring_used_bytes") == 0 })
        }
    }

    @Test func aPauseOfTheEngineIsCountedForAsLongAsItLasts() async throws {
        try await ProxyFixture.run { fixture in
            let player = try fixture.player()
            #expect(await eventually { player.state.packets > 100 })
            #expect(try await fixture.metric("weir_proxy_upstream_stalls_total") == 0)
            var temper = Temper()
            temper.stallAfter = 1
            try await fixture.engine.setTemper(temper)
            #expect(try await eventually { try await fixture.metric("weir_proxy_upstream_stalls_total") == 1 })
            #expect(try await eventually { try await fixture.metric("weir_proxy_sessions_stalled") == 1 })
            #expect(
                try await eventually { try await fixture.metric("weir_proxy_upstream_stall_seconds_total") ?? 0 > 2 })
            #expect(try await fixture.metric("weir_proxy_upstream_stalls_total") == 1)
            player.kill()
        }
    }

    @Test func aPlayerThatFallsBehindIsSeen() async throws {
        var configuration = SimulatedEngineConfiguration()
        configuration.bitrate = 40_000_000
        try await ProxyFixture.run(engine: configuration) { fixture in
            let slow = try fixture.player(receiveBuffer: 8192)
            #expect(await eventually { slow.state.packets > 100 })
            slow.pause()
            #expect(try await eventually { try await fixture.metric("weir_proxy_viewers_blocked") == 1 })
            #expect(try await eventually { try await fixture.metric("weir_proxy_viewer_lag_max_bytes") ?? 0 > 100_000 })
            slow.kill()
        }
    }

    @Test func whatTheOrchestratorLacksIsCounted() async throws {
        try await ProxyFixture.run(environment: ["ACEXY_ORCH_URL": "http://127.0.0.1:9"]) { fixture in
            let player = try fixture.player("abc")
            #expect(await eventually { player.state.packets > 10 })
            #expect(try await fixture.metric("weir_proxy_lease_duration_seconds_count{outcome=\"fallback\"}") == 1)
            #expect(try await fixture.metric("weir_proxy_events_total{outcome=\"queued\"}") == 1)
            #expect(try await fixture.metric("weir_proxy_event_queue_limit") == 10_000)
            let failed = "weir_proxy_orchestrator_calls_total{operation=\"event\",outcome=\"connection\"}"
            #expect(try await eventually { try await fixture.metric(failed) ?? 0 > 0 })
            #expect(try await fixture.metric("weir_proxy_leases_waiting") == 0)
            player.kill()
        }
    }

    @Test func aRefusedRequestIsCounted() async throws {
        try await ProxyFixture.run { fixture in
            let answer = await (try Connection(port: fixture.port)).exchange("GET / HTTP/1.1\r\n\r\n")
            #expect(answer.hasPrefix("HTTP/1.1 400"))
            #expect(
                try await fixture.metric("weir_proxy_http_connections_refused_total{reason=\"bad_request\"}") == 1)
        }
    }

    @Test func aDeadChannelIsOneFailedCall() async throws {
        var configuration = SimulatedEngineConfiguration()
        configuration.temper.dead = ["dead"]
        try await ProxyFixture.run(engine: configuration) { fixture async throws in
            #expect(try await fixture.get("/ace/getstream?id=dead").status == 500)
            let labels = "{operation=\"start\",outcome=\"dead_content\"}"
            #expect(try await fixture.metric("weir_proxy_engine_calls_total" + labels) == 1)
            #expect(
                try await fixture.metric("weir_proxy_engine_call_duration_seconds_count{operation=\"start\"}") == 1)
        }
    }

    /// The families of an exposition.
    private static func families(_ text: String) -> Set<String> {
        Set(
            text.split(separator: "\n").filter { $0.hasPrefix("# TYPE ") }.map { String($0.split(separator: " ")[2]) })
    }
}
