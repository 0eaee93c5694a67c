import EngineSimulator
import Outbound
import ProxyService
import TestSupport
import Testing
import TransportStream

/// What operators and players can choose about delivery.
@Suite struct ViewerChoiceTests {
    private static let fast: SimulatedEngineConfiguration = {
        var configuration = SimulatedEngineConfiguration()
        configuration.bitrate = 40_000_000
        return configuration
    }()

    private func evicted(_ fixture: ProxyFixture) async throws -> Double? {
        try await fixture.metric("weir_proxy_viewers_evicted_total{reason=\"stalled\"}")
    }

    @Test func aViewerIsEvictedOnlyWhenBothTimeAndBytesSaySo() async throws {
        let patient = ["ACEXY_VIEWER_STALL_TIMEOUT": "1s", "ACEXY_VIEWER_STALL_BYTES": "1GiB"]
        try await ProxyFixture.run(engine: Self.fast, environment: patient) { fixture async throws in
            let slow = try fixture.player(receiveBuffer: 8192)
            #expect(await eventually { slow.state.packets > 100 })
            slow.pause()
            // Three seconds and more behind.
            #expect(
                try await eventually {
                    try await fixture.metric("weir_proxy_viewer_lag_max_bytes") ?? 0 > 15_000_000
                })
            #expect(try await evicted(fixture) == 0)
            slow.kill()
        }
        let strict = ["ACEXY_VIEWER_STALL_TIMEOUT": "1s", "ACEXY_VIEWER_STALL_BYTES": "1MiB"]
        try await ProxyFixture.run(engine: Self.fast, environment: strict) { fixture async throws in
            let slow = try fixture.player(receiveBuffer: 8192)
            #expect(await eventually { slow.state.packets > 100 })
            slow.pause()
            #expect(try await eventually { try await evicted(fixture) == 1 })
            slow.kill()
        }
    }

    /// The engine sends some groups of pictures and then nothing, so that "the newest" is the same for everybody.
    @Test(arguments: ["0s": 3, "60s": 0])
    func aNewViewerMayGetWhatCameLately(burst: String, group: UInt64) async throws {
        let stream = try #require(ProbeStream(bitrate: 1_000_000))
        let engine = try ScriptedEngine.playing([
            .text("HTTP/1.1 200 OK\r\n\r\n"), .paced(stream.bytes(0..<4 * stream.packetsPerGroup)), .wait,
        ])
        defer { engine.stop() }
        // Two packets of each group are its tables.
        let marked = stream.packetsPerGroup - 2
        let last = 4 * marked - 1
        try await ProxyFixture.run(port: engine.port, environment: ["ACEXY_JOIN_BURST": burst]) {
            fixture async throws in
            let first = try fixture.player()
            #expect(await eventually { first.state.lastSequence == last })
            let second = try fixture.player()
            #expect(await eventually { second.state.lastSequence == last })
            #expect(second.state.firstSequence == group * marked)
            #expect(second.state.lost == 0)
            #expect(second.state.firstPID == 0)
            #expect(second.state.continuityBreaks == 0)
            first.kill()
            second.kill()
        }
    }

    @Test func nullPacketsAreAMatterOfTheSessionNotOfTheEngine() throws {
        let request = try StreamRequest(query: "id=a&drop_null=1&quality=2")
        #expect(request.dropsNullPackets == true)
        #expect(request.parameters.map(\.name) == ["quality"])
        #expect(try StreamRequest(query: "id=a&drop_null=0").dropsNullPackets == false)
        #expect(try StreamRequest(query: "id=a").dropsNullPackets == nil)
    }

    @Test func aStreamWithoutItsNullPacketsPlays() async throws {
        try await ProxyFixture.run { fixture async throws in
            let player = try fixture.player(query: "id=abc&drop_null=1")
            #expect(await eventually { player.state.packets > 5000 })
            #expect(player.state.misaligned == 0)
            #expect(player.state.continuityBreaks == 0)
            #expect(player.state.lost == 0)
            player.kill()
        }
    }
}
