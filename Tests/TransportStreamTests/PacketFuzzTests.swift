import TestSupport
import Testing
import TransportStream

/// Damaged packets through everything that looks into them.
@Suite(.serialized) struct PacketFuzzTests {
    private static let stream = ProbeStream(bitrate: 500_000)?.bytes(0..<400) ?? []

    /// Packets of a stream whose bytes, but for most sync bytes, are damaged.
    private static func packets(_ random: inout SeededGenerator) -> [UInt8] {
        let first = Int.random(in: 0..<300, using: &random) * TransportPacket.size
        var bytes = Array(stream[first..<first + 100 * TransportPacket.size])
        for _ in 0..<Int.random(in: 0...200, using: &random) {
            let packet = Int.random(in: 0..<100, using: &random) * TransportPacket.size
            // Most damage where the headers are.
            let offset = Int.random(in: 0...Int.random(in: 1..<TransportPacket.size, using: &random), using: &random)
            bytes[packet + offset] = .random(in: 0...255, using: &random)
        }
        return bytes
    }

    @Test func alignment() {
        let (inputs, slowest) = Fuzz.run("alignment") { seed, random in
            var bytes = Self.packets(&random)
            Fuzz.mutate(&bytes, &random)
            bytes.removeFirst(Int.random(in: 0...300, using: &random))
            guard let offset = bytes.withUnsafeBytes({ Synchronizer.alignment(of: $0) }) else { return }
            if offset >= bytes.count || bytes[offset] != TransportPacket.syncByte {
                Issue.record("aligned at \(offset), WEIR_SEED=\(seed)")
            }
        }
        #expect(inputs > 100)
        #expect(slowest < .seconds(10))
    }

    @Test func randomAccess() {
        let (inputs, slowest) = Fuzz.run("random access") { seed, random in
            let bytes = Self.packets(&random)
            var scanner = RandomAccessScanner()
            bytes.withUnsafeBytes { scanner.scan($0, position: 0) }
            for point in scanner.randomAccessPoints(from: 0)
            where point % UInt64(TransportPacket.size) != 0 || bytes[Int(point)] != TransportPacket.syncByte {
                Issue.record("a point at \(point), WEIR_SEED=\(seed)")
            }
            if scanner.lastRandomAccess != nil, !scanner.hasProgram, scanner.programTables.isEmpty {
                Issue.record("a point without a program, WEIR_SEED=\(seed)")
            }
            if scanner.programTables.count % TransportPacket.size != 0 {
                Issue.record("tables of \(scanner.programTables.count) bytes, WEIR_SEED=\(seed)")
            }
        }
        #expect(inputs > 100)
        #expect(slowest < .seconds(10))
    }

    /// A splice changes PIDs, counters and indicators, and neither sync bytes nor clocks nor payload.
    @Test func splices() {
        let (inputs, slowest) = Fuzz.run("splices") { seed, random in
            let old = Self.packets(&random)
            let new = Self.packets(&random)
            var splicer = Splicer()
            old.withUnsafeBytes { splicer.learn($0) }
            var rewritten = new
            rewritten.withUnsafeMutableBytes { splicer.rewrite($0) }
            for offset in stride(from: 0, to: new.count, by: TransportPacket.size) {
                let before = new[offset..<offset + TransportPacket.size]
                let after = rewritten[offset..<offset + TransportPacket.size]
                if before.first != after.first || before.dropFirst(6) != after.dropFirst(6) {
                    Issue.record("the packet at \(offset) is not what it was, WEIR_SEED=\(seed)")
                }
                if before.first != TransportPacket.syncByte, before != after {
                    Issue.record("what is no packet was changed at \(offset), WEIR_SEED=\(seed)")
                }
            }
        }
        #expect(inputs > 100)
        #expect(slowest < .seconds(10))
    }
}
