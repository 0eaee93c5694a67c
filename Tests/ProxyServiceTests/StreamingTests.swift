import EngineSimulator
import Outbound
import ProxyService
import TestSupport
import Testing

/// Viewers, engine sessions and the bytes between them, over real sockets.
@Suite(.serialized) struct StreamingTests {
    @Test func twentyViewersShareOneSessionWhichEndsWithTheLast() async throws {
        try await ProxyFixture.run { fixture in
            let players = try (0..<20).map { _ in try fixture.player() }
            #expect(await eventually { players.allSatisfy { $0.state.packets > 100 } })
            #expect(try await fixture.engine.state.counters.sessionsOpened == 1)
            #expect(try await fixture.engine.state.readers == 1)
            #expect(try await fixture.metric("weir_proxy_viewers") == 20)
            for player in players.dropFirst() { player.kill() }
            let last = players[0]
            #expect(try await eventually { try await fixture.metric("weir_proxy_viewers") == 1 })
            let before = last.state.packets
            #expect(await eventually { last.state.packets > before + 200 })
            #expect(last.state.lost == 0)
            #expect(last.state.misaligned == 0)
            last.kill()
            #expect(try await eventually { try await fixture.engine.state.counters.sessionsStopped == 1 })
            #expect(try await fixture.engine.state.sessions.isEmpty)
            #expect(try await fixture.metric("weir_proxy_sessions") == 0)
            #expect(try await fixture.metric("weir_proxy_stream_starts_total{outcome=\"ok\"}") == 1)
        }
    }

    @Test func fiftyViewersArrivingAtOnceOpenOneSession() async throws {
        var configuration = SimulatedEngineConfiguration()
        configuration.temper.loadDelay = .fixed(nanoseconds: 100_000_000)
        try await ProxyFixture.run(engine: configuration) { fixture in
            let players = try (0..<50).map { _ in try fixture.player("new") }
            #expect(await eventually { players.allSatisfy { $0.state.packets > 10 } })
            #expect(try await fixture.engine.state.counters.sessionsOpened == 1)
            for player in players { player.kill() }
            #expect(try await eventually { try await fixture.engine.state.counters.sessionsStopped == 1 })
        }
    }

    @Test func aViewerWhoJoinsLateStartsWithTheProgramTables() async throws {
        try await ProxyFixture.run { fixture in
            let first = try fixture.player()
            #expect(await eventually { first.state.packets > 2000 })
            let late = try fixture.player()
            #expect(await eventually { late.state.packets > 500 })
            #expect(late.state.firstPID == 0)
            #expect(late.state.misaligned == 0)
            #expect(late.state.lost == 0)
            #expect(try #require(late.state.firstSequence) > 100)
            first.kill()
            late.kill()
        }
    }

    @Test func deadContentIsAnsweredAndNobodyElseNotices() async throws {
        let noise = SchedulingNoise()
        var configuration = SimulatedEngineConfiguration()
        configuration.temper.dead = ["dead"]
        try await ProxyFixture.run(engine: configuration) { fixture in
            let viewer = try fixture.player("good")
            #expect(await eventually { viewer.state.packets > 100 })
            let answer = try await fixture.get("/ace/getstream?id=dead")
            #expect(answer.status == 500)
            #expect(answer.text == "Failed to start stream: failed to load content\n")
            #expect(viewer.state.lost == 0)
            #expect(viewer.state.longestGap < .seconds(1) + noise.total)
            #expect(try await fixture.metric("weir_proxy_stream_starts_total{outcome=\"dead_content\"}") == 1)
            viewer.kill()
        }
    }

    @Test func anEngineThatSendsNothingIsGivenUpInTimeAndStopped() async throws {
        let noise = SchedulingNoise()
        var configuration = SimulatedEngineConfiguration()
        configuration.temper.silent = ["silent"]
        try await ProxyFixture.run(engine: configuration, environment: ["ACEXY_NO_RESPONSE_TIMEOUT": "500ms"]) {
            fixture in
            let start = ContinuousClock.now
            let answer = try await fixture.get("/ace/getstream?id=silent")
            #expect(answer.status == 500)
            #expect(answer.text == "Failed to start stream: the engine sent nothing in time\n")
            #expect(start.duration(to: .now) < .seconds(5) + noise.total)
            #expect(try await eventually { try await fixture.engine.state.sessions.isEmpty })
        }
    }

    @Test func aPlayerThatLeavesDuringTheStartLeavesNothingBehind() async throws {
        var configuration = SimulatedEngineConfiguration()
        configuration.temper.startDelay = .fixed(nanoseconds: 300_000_000)
        try await ProxyFixture.run(engine: configuration) { fixture in
            let player = try fixture.player()
            #expect(try await eventually { try await fixture.engine.state.counters.sessionsOpened == 1 })
            player.kill()
            #expect(try await eventually { try await fixture.engine.state.sessions.isEmpty })
            #expect(try await fixture.metric("weir_proxy_sessions") == 0)
            #expect(try await fixture.metric("weir_proxy_stream_starts_total{outcome=\"cancelled\"}") == 1)
        }
    }

    @Test func bytesWaitForEachOtherForAsLongAsTheOperatorSays() async throws {
        var configuration = SimulatedEngineConfiguration()
        configuration.bitrate = 2_000_000
        let environment = ["ACEXY_COALESCING_DELAY": "300ms"]
        try await ProxyFixture.run(engine: configuration, environment: environment) { fixture in
            let players = try ["1.1", "1.1", "1.0"].map { try fixture.player(version: $0) }
            #expect(await eventually { players.allSatisfy { $0.state.packets > 1000 } })
            for player in players {
                // The engine sends every few milliseconds.
                #expect(player.state.longestGap > .milliseconds(150))
                #expect(player.state.lost == 0 && player.state.misaligned == 0)
                player.kill()
            }
        }
    }

    @Test func aStalledViewerDelaysNobodyAndIsEvicted() async throws {
        let noise = SchedulingNoise()
        var configuration = SimulatedEngineConfiguration()
        configuration.bitrate = 40_000_000
        let environment = ["ACEXY_BUFFER_SIZE": "512KiB", "ACEXY_VIEWER_STALL_TIMEOUT": "1s"]
        try await ProxyFixture.run(engine: configuration, environment: environment) { fixture in
            let stalled = try fixture.player(receiveBuffer: 8192)
            let healthy = try fixture.player()
            #expect(await eventually { healthy.state.packets > 1000 && stalled.state.packets > 0 })
            stalled.pause()
            #expect(
                try await eventually(within: .seconds(30)) {
                    try await fixture.metric("weir_proxy_viewers_evicted_total{reason=\"stalled\"}") == 1
                })
            #expect(healthy.state.lost == 0)
            #expect(healthy.state.longestGap < .seconds(1) + noise.total)
            #expect(!healthy.state.isClosed)
            healthy.kill()
            stalled.kill()
        }
    }

    @Test(arguments: ["1.0", "1.1"])
    func aSlowViewerIsMovedForwardAndStaysOnPacketBoundaries(version: String) async throws {
        var configuration = SimulatedEngineConfiguration()
        configuration.bitrate = 40_000_000
        try await ProxyFixture.run(engine: configuration, environment: ["ACEXY_BUFFER_SIZE": "512KiB"]) { fixture in
            let slow = try fixture.player(version: version, receiveBuffer: 8192)
            #expect(await eventually { slow.state.packets > 100 })
            slow.pause()
            let receivedBefore = try await fixture.metric("weir_proxy_received_bytes_total") ?? 0
            #expect(
                try await eventually(within: .seconds(30)) {
                    try await fixture.metric("weir_proxy_received_bytes_total") ?? 0 > receivedBefore + 12_000_000
                })
            slow.resume()
            #expect(try await eventually { try await fixture.metric("weir_proxy_viewer_skips_total") ?? 0 > 0 })
            #expect(await eventually { slow.state.lost > 0 })
            let before = slow.state.packets
            #expect(await eventually { slow.state.packets > before + 5000 })
            #expect(slow.state.misaligned == 0)
            slow.kill()
        }
    }

    @Test func theEndOfTheEnginesStreamReachesTheViewer() async throws {
        try await ProxyFixture.run(environment: ["ACEXY_FAILOVER_TIMEOUT": "0"]) { fixture in
            let player = try fixture.player()
            #expect(await eventually { player.state.packets > 100 })
            var temper = Temper()
            temper.closeAfter = 1
            try await fixture.engine.setTemper(temper)
            #expect(await eventually { player.state.isClosed })
            #expect(player.state.endedCleanly)
            #expect(player.state.lost == 0)
            #expect(try await fixture.metric("weir_proxy_sessions") == 0)
        }
    }

    @Test func anEngineThatFallsSilentEndsTheStreamAsEmpty() async throws {
        try await ProxyFixture.run(environment: ["ACEXY_EMPTY_TIMEOUT": "500ms"]) { fixture in
            let player = try fixture.player()
            #expect(await eventually { player.state.packets > 100 })
            var temper = Temper()
            temper.stallAfter = 1
            try await fixture.engine.setTemper(temper)
            #expect(await eventually { player.state.isClosed })
            #expect(try await fixture.metric("weir_proxy_sessions_ended_total{reason=\"empty_timeout\"}") == 1)
        }
    }

    @Test func olderPlayersGetABodyThatEndsWithTheConnection() async throws {
        try await ProxyFixture.run { fixture in
            let player = try fixture.player(version: "1.0")
            #expect(await eventually { player.state.packets > 100 })
            #expect(player.state.status == 200)
            #expect(!player.state.isChunked)
            #expect(player.state.lost == 0)
            player.kill()
        }
    }

    @Test func aSessionIsKeptForTheGracePeriod() async throws {
        try await ProxyFixture.run(environment: ["ACEXY_STREAM_GRACE_PERIOD": "2s"]) { fixture in
            let first = try fixture.player()
            #expect(await eventually { first.state.packets > 100 })
            first.kill()
            #expect(try await eventually { try await fixture.metric("weir_proxy_viewers") == 0 })
            let second = try fixture.player()
            #expect(await eventually { second.state.packets > 100 })
            #expect(try await fixture.engine.state.counters.sessionsOpened == 1)
            second.kill()
            #expect(try await eventually { try await fixture.engine.state.counters.sessionsStopped == 1 })
        }
    }

    @Test func whatTheEngineOpensForAPlayerThatHasLeftIsStopped() async throws {
        var configuration = SimulatedEngineConfiguration()
        configuration.temper.loadDelay = .fixed(nanoseconds: 500_000_000)
        try await ProxyFixture.run(engine: configuration) { fixture in
            let player = try fixture.player()
            #expect(try await eventually { try await fixture.engine.state.counters.requests == 1 })
            player.kill()
            #expect(try await eventually { try await fixture.metric("weir_proxy_sessions") == 0 })
            #expect(try await eventually { try await fixture.engine.state.counters.sessionsStopped == 1 })
            #expect(try await fixture.engine.state.sessions.isEmpty)
            #expect(try await fixture.metric("weir_proxy_stream_starts_total{outcome=\"cancelled\"}") == 1)
        }
    }

    @Test func aStalledViewerHoldsUpNeitherTheEndForOthersNorANewStart() async throws {
        var configuration = SimulatedEngineConfiguration()
        configuration.bitrate = 40_000_000
        try await ProxyFixture.run(engine: configuration, environment: ["ACEXY_FAILOVER_TIMEOUT": "0"]) { fixture in
            let stalled = try fixture.player(receiveBuffer: 8192)
            let healthy = try fixture.player()
            #expect(await eventually { healthy.state.packets > 1000 && stalled.state.packets > 0 })
            stalled.pause()
            let before = healthy.state.packets
            #expect(await eventually { healthy.state.packets > before + 40_000 })
            var temper = Temper()
            temper.closeAfter = 1
            try await fixture.engine.setTemper(temper)
            #expect(await eventually { healthy.state.isClosed })
            #expect(healthy.state.endedCleanly)
            #expect(try await fixture.metric("weir_proxy_viewers") == 1)
            try await fixture.engine.setTemper(Temper())
            let next = try fixture.player()
            #expect(await eventually { next.state.packets > 100 })
            #expect(try await fixture.engine.state.counters.sessionsOpened == 2)
            next.kill()
            stalled.kill()
            #expect(try await eventually { try await fixture.metric("weir_proxy_sessions") == 0 })
        }
    }
}
