import EngineSimulator
import Outbound
import ProxyService
import Testing

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

    @Test func aNewViewerMayGetSomeSecondsAtOnce() async throws {
        for (burst, isExpected) in [("3s", true), ("0s", false)] {
            try await ProxyFixture.run(environment: ["ACEXY_JOIN_BURST": burst]) { fixture async throws in
                let first = try fixture.player()
                // At 4 Mbit/s, 2,660 packets a second.
                #expect(await eventually(within: .seconds(30)) { first.state.packets > 12_000 })
                let before = try #require(first.state.lastSequence)
                let second = try fixture.player()
                #expect(await eventually { second.state.packets > 500 })
                let begin = try #require(second.state.firstSequence)
                // Who joins late on a busy machine has missed what came meanwhile.
                let last = try #require(isExpected ? first.state.lastSequence : before)
                #expect((begin + 4_000 < last) == isExpected)
                #expect(second.state.firstPID == 0)
                #expect(second.state.continuityBreaks == 0)
                first.kill()
                second.kill()
            }
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
