import ProxyService
import TestSupport
import Testing
import TransportStream

/// Damaged transport streams through a session's buffer, with splices: what viewers are given are whole packets.
@Suite(.serialized) struct StreamBufferFuzzTests {
    private static let stream = ProbeStream(bitrate: 500_000)?.bytes(0..<400) ?? []

    private func feed(_ buffer: inout StreamBuffer, _ bytes: [UInt8], _ random: inout SeededGenerator) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let piece = rest.prefix(Int.random(in: 1...5000, using: &random))
            rest = rest.dropFirst(piece.count)
            let window = buffer.writableWindow(piece.count)
            window.copyBytes(from: piece)
            buffer.commit(piece.count, of: window)
        }
    }

    /// What is wrong with the buffer, if anything.
    private func flaw(_ buffer: borrowing StreamBuffer) -> String? {
        let ring = (buffer.ring.tail, buffer.ring.head)
        guard ring.0 <= ring.1, buffer.limit <= ring.1 else { return "limit \(buffer.limit) in \(ring)" }
        for join in [buffer.newestJoin, buffer.randomAccessJoin].compactMap({ $0 }) {
            guard join.position >= min(ring.0, buffer.limit), join.position <= buffer.limit,
                join.preamble.count % TransportPacket.size == 0
            else { return "join at \(join.position) in \(ring)" }
        }
        guard case .packets = buffer.layout else { return nil }
        let start = buffer.layout.boundary(atOrAfter: ring.0)
        guard start < buffer.limit else { return nil }
        let window = buffer.ring.window(from: start, to: buffer.limit)
        for offset in stride(from: 0, to: window.count, by: TransportPacket.size)
        where window[offset] != TransportPacket.syncByte {
            return "no packet at \(start + UInt64(offset)) in \(ring)"
        }
        return nil
    }

    private func damaged(_ random: inout SeededGenerator) -> [UInt8] {
        let first = Int.random(in: 0..<300, using: &random) * TransportPacket.size
        var bytes = Array(Self.stream[first..<first + 100 * TransportPacket.size])
        if Int.random(in: 0..<8, using: &random) == 0 {
            for index in bytes.indices { bytes[index] = .random(in: 0x40...0x48, using: &random) }
        }
        Fuzz.mutate(&bytes, &random)
        return bytes
    }

    @Test func damagedStreams() throws {
        let (inputs, slowest) = try Fuzz.run("damaged streams") { seed, random in
            var buffer = try StreamBuffer(capacity: 1 << 16)
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                feed(&buffer, damaged(&random), &random)
                if let flaw = flaw(buffer) { Issue.record("\(flaw), WEIR_SEED=\(seed)") }
            }
            buffer.settleLayout()
            var other = try StreamBuffer(capacity: 1 << 16)
            feed(&other, damaged(&random), &random)
            other.settleLayout()
            if buffer.isSpliceable, other.isSpliceable {
                buffer.splice(other)
                feed(&buffer, damaged(&random), &random)
            }
            if let flaw = flaw(buffer) { Issue.record("\(flaw), after the splice, WEIR_SEED=\(seed)") }
        }
        #expect(inputs > 20)
        #expect(slowest < .seconds(10))
    }
}
