import EngineSimulator
import Foundation
import ProxyService
import TestSupport
import Testing

/// Players that misbehave while they are fed: each ends or is ended, is counted, and nobody else notices.
@Suite(.serialized) struct BadViewerTests {
    private static let fast = {
        var configuration = SimulatedEngineConfiguration()
        configuration.bitrate = 40_000_000
        return configuration
    }()
    private static let environment = ["ACEXY_BUFFER_SIZE": "512KiB", "ACEXY_VIEWER_STALL_TIMEOUT": "1s"]

    /// Runs `body` with a player who watches the same stream and must not notice.
    private func besideAWitness(_ body: (ProxyFixture, Player) async throws -> Void) async throws {
        try await ProxyFixture.run(engine: Self.fast, environment: Self.environment) { fixture in
            let witness = try fixture.player()
            #expect(await eventually { witness.state.packets > 1000 })
            try await body(fixture, witness)
            let before = witness.state.packets
            #expect(await eventually { witness.state.packets > before + 1000 })
            #expect(!witness.state.isClosed)
            #expect(witness.state.lost == 0)
            #expect(witness.state.misaligned == 0)
            #expect(try await fixture.engine.state.counters.sessionsOpened == 1)
            witness.kill()
            #expect(try await eventually { try await fixture.engine.state.sessions.isEmpty })
            #expect(try await eventually { try await fixture.metric("weir_proxy_viewers") == 0 })
        }
    }

    @Test func manyWhoNeverReadAreEvicted() async throws {
        try await besideAWitness { fixture, _ in
            let connections = try (0..<20).map { _ in try Connection(port: fixture.port, receiveBuffer: 4096) }
            defer { for connection in connections { connection.leave() } }
            for connection in connections { connection.request("/ace/getstream?id=abc") }
            #expect(
                try await eventually(within: .seconds(30)) {
                    try await fixture.metric("weir_proxy_viewers_evicted_total{reason=\"stalled\"}") == 20
                })
            #expect(try await fixture.metric("weir_proxy_viewers") == 1)
        }
    }

    @Test func aReaderOfFiveBytesASecondIsEvicted() async throws {
        try await besideAWitness { fixture, _ in
            let connection = try Connection(port: fixture.port, receiveBuffer: 4096)
            defer { connection.leave() }
            connection.request("/ace/getstream?id=abc")
            #expect(
                try await eventually(within: .seconds(30)) {
                    _ = connection.read(1)
                    try await Task.sleep(for: .milliseconds(200))
                    return try await fixture.metric("weir_proxy_viewers_evicted_total{reason=\"stalled\"}") == 1
                })
        }
    }

    @Test(arguments: [true, false]) func whoResetsOrHalfClosesHasLeft(isReset: Bool) async throws {
        try await besideAWitness { fixture, _ in
            let connections = try (0..<10).map { _ in try Connection(port: fixture.port) }
            for connection in connections { connection.request("/ace/getstream?id=abc") }
            #expect(try await eventually { try await fixture.metric("weir_proxy_viewers") == 11 })
            for connection in connections { isReset ? connection.reset() : connection.finishSending() }
            #expect(try await eventually { try await fixture.metric("weir_proxy_viewers") == 1 })
            if !isReset { for connection in connections { connection.leave() } }
        }
    }

    /// During a start the same holds: who is not there any more waits for nothing.
    @Test(arguments: [true, false]) func whoResetsOrHalfClosesDuringAStartHasLeft(isReset: Bool) async throws {
        var configuration = SimulatedEngineConfiguration()
        configuration.temper.silent = ["abc"]
        try await ProxyFixture.run(engine: configuration) { fixture in
            let connection = try Connection(port: fixture.port)
            connection.request("/ace/getstream?id=abc")
            #expect(try await eventually { try await fixture.engine.state.sessions.count == 1 })
            if isReset { connection.reset() } else { connection.finishSending() }
            #expect(try await eventually { try await fixture.engine.state.counters.sessionsStopped == 1 })
            #expect(try await fixture.metric("weir_proxy_sessions") == 0)
            #expect(try await fixture.metric("weir_proxy_stream_starts_total{outcome=\"cancelled\"}") == 1)
            if !isReset { connection.leave() }
        }
    }

    /// A page whose reader takes nothing of it does not stay open for ever.
    @Test(.enabled(if: TestLength.isLong)) func aPageThatIsNotReadIsGivenUp() async throws {
        try await besideAWitness { fixture, _ in
            let connections = try (0..<5).map { _ in try Connection(port: fixture.port, receiveBuffer: 2048) }
            defer { for connection in connections { connection.leave() } }
            for connection in connections { for _ in 0..<200 { connection.request("/metrics") } }
            #expect(try await eventually { try await fixture.metric("weir_proxy_http_connections") ?? 0 > 5 })
            #expect(
                try await eventually(within: .seconds(60)) {
                    try await fixture.metric("weir_proxy_http_connections") == 1
                })
        }
    }

    @Test func twoThousandConnectionsWithoutARequestKeepNobodyFromBeingServed() async throws {
        DescriptorLimit.raise()
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        try #require(limit.rlim_cur >= 6000, "this test needs 6000 descriptors; `ulimit -Hn` says \(limit.rlim_cur)")
        try await besideAWitness { fixture, _ in
            let connections = try (0..<2000).map { _ in try Connection(port: fixture.port) }
            #expect(try await eventually { try await fixture.metric("weir_proxy_http_connections") ?? 0 >= 2000 })
            let player = try fixture.player()
            #expect(await eventually { player.state.packets > 1000 })
            player.kill()
            for connection in connections { connection.leave() }
            #expect(
                try await eventually { try await fixture.metric("weir_proxy_http_connections") == 1 })
        }
    }
}
