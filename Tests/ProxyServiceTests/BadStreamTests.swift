import EngineSimulator
import ProxyService
import TestSupport
import Testing
import TransportStream

/// Engines whose answer is in order and whose stream is not.
@Suite(.serialized) struct BadStreamTests {
    private static let head = "HTTP/1.1 200 OK\r\n\r\n"
    private static let stream = ProbeStream(bitrate: 4_000_000)
    /// A stream as engines send it, with its program tables at the start.
    private static let packets = stream?.bytes(0..<4000) ?? []
    /// However late a player joins on a busy machine, it gets all since the first random-access point.
    private static let nothingMissed = ["ACEXY_JOIN_BURST": "60s"]

    private static func sequence(ofPacket number: Int) -> UInt64? {
        ProbePacket.parse(packets[number * TransportPacket.size..<(number + 1) * TransportPacket.size])?.sequence
    }

    private func play(
        _ steps: [ScriptedEngine.Step], environment: [String: String] = [:],
        _ body: (ProxyFixture, Player, ScriptedEngine) async throws -> Void
    ) async throws {
        let engine = try ScriptedEngine.playing([.text(Self.head)] + steps)
        defer { engine.stop() }
        try await ProxyFixture.run(port: engine.port, environment: environment) { fixture in
            let player = try fixture.player()
            try await body(fixture, player, engine)
            player.kill()
            #expect(try await eventually { try await fixture.metric("weir_proxy_sessions") == 0 })
            #expect(await eventually { engine.requests("/ace/cmd/1/2?method=stop") == 1 })
        }
    }

    @Test func aStreamThatBeginsInTheMiddleOfAPacketIsAligned() async throws {
        // A few packets before the next random-access point.
        let group = Int(try #require(Self.stream).packetsPerGroup)
        let begin = (group - 5) * TransportPacket.size + 60
        let (head, rest) = (Self.packets[begin..<begin + 4000], Self.packets[(begin + 4000)...])
        try await play([.send(Array(head)), .paced(Array(rest)), .wait], environment: Self.nothingMissed) {
            fixture, player, _ async throws in
            #expect(await eventually { player.state.lastSequence == Self.sequence(ofPacket: 3999) })
            #expect(player.state.firstSequence == Self.sequence(ofPacket: group + 2))
            #expect(player.state.lost == 0)
            #expect(player.state.misaligned == 0)
            #expect(player.state.continuityBreaks == 0)
            #expect(try await fixture.metric("weir_proxy_discarded_bytes_total") == 128)
        }
    }

    @Test(arguments: [1, 187, 189]) func garbageBetweenPacketsIsLeftOut(count: Int) async throws {
        let half = Self.packets.count / 2
        let garbage = [UInt8](repeating: 0xAA, count: count)
        let bytes = Array(Self.packets[..<half]) + garbage + Array(Self.packets[half...])
        try await play([.paced(bytes), .wait], environment: Self.nothingMissed) { fixture, player, _ async throws in
            #expect(await eventually { player.state.lastSequence == Self.sequence(ofPacket: 3999) })
            #expect(player.state.firstSequence == 0)
            #expect(player.state.misaligned == 0)
            // What stood beside the garbage may be taken for it.
            #expect(player.state.lost <= 11)
            let discarded = try #require(try await fixture.metric("weir_proxy_discarded_bytes_total"))
            #expect(discarded >= Double(count))
            #expect(discarded < Double(count) + 2000)
        }
    }

    @Test func aStreamThatEndsInTheMiddleOfAPacketEndsWithAWholeOne() async throws {
        try await play([.paced(Array(Self.packets.dropLast(100)))], environment: ["ACEXY_FAILOVER_TIMEOUT": "0"]) {
            fixture, player, _ async throws in
            #expect(await eventually { player.state.isClosed })
            #expect(player.state.endedCleanly)
            #expect(player.state.bytes % TransportPacket.size == 0)
            #expect(player.state.lastSequence == Self.sequence(ofPacket: 3998))
        }
    }

    /// Packets with 16 bytes of error correction are not ours to repair; they pass as they are.
    @Test(arguments: [true, false]) func packetsOf204BytesPass(beginWithTables: Bool) async throws {
        let first = beginWithTables ? 0 : 1
        let bytes = (first..<2000).reduce(into: [UInt8]()) { bytes, number in
            bytes += Self.packets[number * TransportPacket.size..<(number + 1) * TransportPacket.size]
            bytes += [UInt8](repeating: 0xEE, count: 16)
        }
        try await play([.send(bytes), .wait]) { fixture, player, _ async throws in
            #expect(await eventually { player.state.bytes == bytes.count })
            #expect(player.state.body.starts(with: bytes.prefix(4096)))
            #expect(try await fixture.metric("weir_proxy_discarded_bytes_total") == 0)
        }
    }

    @Test func bytesThatAreNoTransportStreamPassAsTheyAre() async throws {
        var random = SystemRandomNumberGenerator()
        let bytes = (0..<200_000).map { _ in UInt8.random(in: 0...255, using: &random) }
        try await play([.send(bytes), .wait]) { fixture, player, _ async throws in
            #expect(await eventually { player.state.bytes == bytes.count })
            #expect(player.state.body.starts(with: bytes.prefix(4096)))
        }
    }

    /// Nobody can watch it, so it counts as a stall however much comes.
    @Test func aTransportStreamThatTurnsIntoGarbageEnds() async throws {
        let garbage = [UInt8](repeating: 0xAA, count: 4096)
        let steps: [ScriptedEngine.Step] = [.send(Self.packets), .forever(garbage, pause: .milliseconds(5))]
        let environment = ["ACEXY_EMPTY_TIMEOUT": "2s", "ACEXY_FAILOVER_TIMEOUT": "0"]
        try await play(steps, environment: environment) { fixture, player, _ async throws in
            #expect(await eventually { player.state.isClosed })
            #expect(player.state.misaligned == 0)
            let ended = try await fixture.metric("weir_proxy_sessions_ended_total{reason=\"empty_timeout\"}")
            #expect(ended == 1)
            #expect(try await fixture.metric("weir_proxy_upstream_stalls_total") == 1)
        }
    }

    @Test func aStreamByteByByteIsPlayed() async throws {
        let bytes = Array(Self.packets.prefix(40 * TransportPacket.size))
        try await play([.drip(bytes, pause: .microseconds(50)), .wait]) { _, player, _ async throws in
            #expect(await eventually { player.state.packets == 40 })
            #expect(player.state.misaligned == 0)
        }
    }
}
