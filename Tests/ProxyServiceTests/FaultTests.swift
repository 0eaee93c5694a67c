import EngineSimulator
import Outbound
import ProxyService
import TestSupport
import Testing

/// The faults of toxiproxy between the proxy and an engine: each is bounded and counted, and nobody else notices.
@Suite(.serialized) struct FaultTests {
    private static let stall = ["ACEXY_FAILOVER_STALL_TIMEOUT": "500ms"]

    @Test func latencyDelaysAStreamAndBreaksNothing() async throws {
        try await FaultFixture.run { fixture in
            try fixture.relay.set(.latency(.milliseconds(200)))
            let player = try fixture.proxy.player("a")
            #expect(await eventually { player.state.packets > 500 })
            let duration = try await fixture.proxy.metric(
                "weir_proxy_engine_call_duration_seconds_sum{operation=\"play\"}")
            #expect(try #require(duration) > 0.2)
            try fixture.relay.set(.latency(.milliseconds(600)))
            await fixture.expectMore(player)
            #expect(player.state.lost == 0)
            #expect(try await fixture.failovers("stalled", "ok") == 0)
            #expect(try await fixture.engine.state.counters.sessionsOpened == 1)
            player.kill()
        }
    }

    @Test func anAnswerThatComesTooLateStillEndsTheEnginesSession() async throws {
        let environment = ["ACEXY_NO_RESPONSE_TIMEOUT": "2s"]
        try await FaultFixture.run(environment: environment) { fixture in
            try fixture.relay.set(.latency(.seconds(3)))
            let answer = try await fixture.proxy.get("/ace/getstream?id=a")
            #expect(answer.status == 500)
            #expect(try await eventually { try await fixture.engineCalls("start", "timeout") == 1 })
            #expect(try await fixture.starts("timeout") == 1)
            #expect(try await fixture.engine.state.counters.sessionsOpened == 1)
            #expect(
                try await eventually(within: .seconds(30)) {
                    try await fixture.engine.state.counters.sessionsStopped == 1
                })
        }
    }

    @Test func anEngineThatIsDownIsLeftForAnother() async throws {
        try await FaultFixture.run { fixture in
            let player = try fixture.proxy.player("a")
            #expect(await eventually { player.state.packets > 500 })
            try fixture.relay.set(.down)
            #expect(try await eventually { try await fixture.failovers("connection", "ok") == 1 })
            await fixture.expectMore(player)
            // Its session is ended once the engine can be reached again.
            #expect(try await eventually { try await fixture.engineCalls("stop", "connection") ?? 0 >= 1 })
            #expect(try await fixture.engine.state.sessions.count == 1)
            try fixture.relay.set(.none)
            #expect(
                try await eventually(within: .seconds(30)) {
                    try await fixture.engine.state.counters.sessionsStopped == 1
                })
            player.kill()
        }
    }

    @Test func aStartOnAnEngineThatIsDownGoesToAnother() async throws {
        try await FaultFixture.run { fixture in
            try fixture.relay.set(.down)
            let player = try fixture.proxy.player("a")
            #expect(await eventually { player.state.packets > 500 })
            #expect(try await fixture.engineCalls("start", "connection") == 1)
            #expect(try await fixture.starts("ok") == 2)
            player.kill()
        }
    }

    @Test func aNarrowConnectionFeedsItsOwnViewersSlowly() async throws {
        try await FaultFixture.run(environment: Self.stall) { fixture in
            try fixture.relay.set(.bandwidth(bytesPerSecond: 100_000))
            let player = try fixture.proxy.player("a")
            let late = try fixture.proxy.player("a")
            #expect(await eventually { player.state.packets > 500 && late.state.packets > 100 })
            await fixture.expectMore(player, packets: 300)
            #expect(player.state.lost == 0)
            #expect(try await fixture.failovers("stalled", "ok") == 0)
            player.kill()
            late.kill()
        }
    }

    @Test func anEndThatIsLongInComingIsSeenAsAStall() async throws {
        try await FaultFixture.run(environment: Self.stall) { fixture in
            let player = try fixture.proxy.player("a")
            #expect(await eventually { player.state.packets > 500 })
            try fixture.relay.set(.slowClose(.seconds(60)))
            var temper = Temper()
            temper.closeAfter = 1
            try await fixture.engine.setTemper(temper)
            #expect(try await eventually { try await fixture.failovers("stalled", "ok") == 1 })
            await fixture.expectMore(player)
            // Nothing holds on to the connection that has not been closed.
            try fixture.relay.set(.none)
            #expect(await eventually { fixture.relay.openPlaybacks == 0 })
            player.kill()
        }
    }

    @Test(arguments: [nil, Duration.seconds(2)]) func silenceIsBounded(closedAfter: Duration?) async throws {
        try await FaultFixture.run(environment: Self.stall) { fixture in
            let player = try fixture.proxy.player("a")
            #expect(await eventually { player.state.packets > 500 })
            try fixture.relay.set(.timeout(after: closedAfter))
            #expect(try await eventually { try await fixture.failovers("stalled", "ok") == 1 })
            await fixture.expectMore(player)
            try fixture.relay.set(.none)
            player.kill()
        }
    }

    @Test func aSilentStartIsBounded() async throws {
        let environment = ["ACEXY_NO_RESPONSE_TIMEOUT": "1s"]
        try await FaultFixture.run(environment: environment) { fixture in
            let noise = SchedulingNoise()
            try fixture.relay.set(.timeout(after: nil))
            let start = ContinuousClock.now
            let answer = try await fixture.proxy.get("/ace/getstream?id=a")
            #expect(answer.status == 500)
            #expect(start.duration(to: .now) < .seconds(5) + noise.total)
            #expect(try await eventually { try await fixture.engineCalls("start", "timeout") == 1 })
            #expect(try await fixture.starts("timeout") == 1)
            try fixture.relay.set(.none)
        }
    }

    @Test func aResetStreamGoesOnElsewhere() async throws {
        try await FaultFixture.run { fixture in
            let player = try fixture.proxy.player("a")
            #expect(await eventually { player.state.packets > 500 })
            try fixture.relay.set(.resetPeer(after: .zero))
            #expect(try await eventually { try await fixture.failovers("connection", "ok") == 1 })
            try fixture.relay.set(.none)
            await fixture.expectMore(player)
            player.kill()
        }
    }

    @Test func aStartThatIsResetGoesToAnotherEngine() async throws {
        try await FaultFixture.run { fixture in
            try fixture.relay.set(.resetPeer(after: .zero))
            let player = try fixture.proxy.player("a")
            #expect(await eventually { player.state.packets > 500 })
            #expect(try await fixture.engineCalls("start", "connection") == 1)
            player.kill()
        }
    }

    @Test func aSlicedStreamArrivesWhole() async throws {
        try await FaultFixture.run { fixture in
            try fixture.relay.set(.slicer(size: 97, pause: .zero))
            let player = try fixture.proxy.player("a")
            await fixture.expectMore(player, packets: 1000)
            #expect(player.state.lost == 0)
            #expect(try await fixture.proxy.metric("weir_proxy_discarded_bytes_total") == 0)
            player.kill()
        }
    }

    @Test func aStreamCutInTheMiddleOfAPacketGoesOnElsewhere() async throws {
        try await FaultFixture.run { fixture in
            let player = try fixture.proxy.player("a")
            #expect(await eventually { player.state.packets > 500 })
            try fixture.relay.set(.limitData(100_001))
            #expect(try await eventually { try await fixture.failovers("connection", "ok") == 1 })
            try fixture.relay.set(.none)
            await fixture.expectMore(player)
            player.kill()
        }
    }

    /// Answers of the engine's API that break off, before and within their body. Nobody but the engine knows of the
    /// session that it has opened; nobody reads it, and so it ends.
    @Test(arguments: [0, 10, 100, 300]) func aStartWhoseAnswerBreaksOffGoesToAnotherEngine(bytes: Int) async throws {
        var configuration = SimulatedEngineConfiguration()
        configuration.idleTimeout = 1_000_000_000
        try await FaultFixture.run(engine: configuration) { fixture in
            try fixture.relay.set(.limitData(bytes))
            let player = try fixture.proxy.player("a")
            #expect(await eventually { player.state.packets > 500 })
            #expect(try await fixture.engineCalls("start", "connection") == 1)
            player.kill()
        }
    }

    /// Without another engine a viewer's stream ends, and its player can tell that it was cut.
    @Test(arguments: [FaultyRelay.Fault.down, .resetPeer(after: .zero), .limitData(10_000)])
    func withoutAnotherEngineTheStreamIsCut(fault: FaultyRelay.Fault) async throws {
        var configuration = SimulatedEngineConfiguration()
        configuration.transfer = .chunked
        let environment = ["ACEXY_FAILOVER_TIMEOUT": "1s"]
        try await FaultFixture.run(
            engine: configuration, leases: { relay, _ in [relay, 0] }, environment: environment
        ) { fixture in
            let player = try fixture.proxy.player("a")
            #expect(await eventually { player.state.packets > 500 })
            try fixture.relay.set(fault)
            #expect(await eventually { player.state.isClosed })
            #expect(!player.state.endedCleanly)
            #expect(player.state.misaligned == 0)
            #expect(try await fixture.failovers("connection", "failed") == 1)
            let ended = try await fixture.proxy.metric("weir_proxy_sessions_ended_total{reason=\"network_error\"}")
            #expect(ended == 1)
            try fixture.relay.set(.none)
        }
    }
}
