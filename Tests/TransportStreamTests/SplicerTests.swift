import Testing
import TestSupport
import TransportStream

@Suite struct SplicerTests {
    /// Packets of a few PIDs with right counters, in random order, from the generator's seed.
    private struct RandomStream {
        var bytes: [UInt8] = []
        private var counters: [UInt16: UInt8] = [:]

        static let pids: [UInt16] = [0, 0x100, 0x101, 0x1000, 0x1FFE]

        init(packets: Int, from random: inout SeededGenerator) {
            for pid in Self.pids { counters[pid] = UInt8.random(in: 0...15, using: &random) }
            for _ in 0..<packets { addPacket(from: &random) }
        }

        private mutating func addPacket(from random: inout SeededGenerator) {
            guard Int.random(in: 0..<12, using: &random) > 0 else {
                bytes += [0x47, 0x1F, 0xFF, 0x10] + [UInt8](repeating: 0xFF, count: 184)
                return
            }
            let pid = Self.pids[Int.random(in: 0..<Self.pids.count, using: &random)]
            let hasPayload = Int.random(in: 0..<5, using: &random) > 0
            let counter = ((counters[pid] ?? 0) + (hasPayload ? 1 : 0)) & 15
            counters[pid] = counter
            var packet = PacketBuilder(pid: pid, continuityCounter: counter)
            packet.payloadUnitStart = hasPayload && Int.random(in: 0..<4, using: &random) == 0
            if Int.random(in: 0..<6, using: &random) == 0 {
                packet.clock = UInt64.random(in: 0..<ClockReference.modulus, using: &random)
            }
            let size = hasPayload ? Int.random(in: 1...184, using: &random) : 0
            let payload = (0..<size).map { _ in UInt8.random(in: 0...255, using: &random) }
            var raw = [UInt8](repeating: 0xFF, count: TransportPacket.size)
            raw.withUnsafeMutableBytes { _ = packet.write(payload, to: $0) }
            bytes += raw
        }
    }

    /// Reads counters by the standard's words alone and notes what does not follow.
    private struct Checker {
        var last: [UInt16: UInt8] = [:]
        var breaks: [Int] = []

        mutating func read(_ stream: [UInt8]) {
            for start in stride(from: 0, to: stream.count, by: 188) {
                let pid = UInt16(stream[start + 1] & 0x1F) << 8 | UInt16(stream[start + 2])
                if pid == 0x1FFF { continue }
                let counter = stream[start + 3] & 15
                let step: UInt8 = stream[start + 3] & 0x10 != 0 ? 1 : 0
                if let before = last[pid], (before + step) & 15 != counter { breaks.append(start / 188) }
                last[pid] = counter
            }
        }
    }

    /// Hands `bytes` over in pieces of whole packets of random length.
    private func inPieces(
        _ bytes: inout [UInt8], from random: inout SeededGenerator, _ body: (UnsafeMutableRawBufferPointer) -> Void
    ) {
        bytes.withUnsafeMutableBytes { buffer in
            var offset = 0
            while offset < buffer.count {
                let end = min(buffer.count, offset + 188 * Int.random(in: 1...40, using: &random))
                body(UnsafeMutableRawBufferPointer(rebasing: buffer[offset..<end]))
                offset = end
            }
        }
    }

    private func splice(_ old: [UInt8], _ new: [UInt8], from random: inout SeededGenerator) -> [UInt8] {
        var splicer = Splicer()
        var old = old
        var new = new
        inPieces(&old, from: &random) { splicer.learn(UnsafeRawBufferPointer($0)) }
        inPieces(&new, from: &random) { splicer.rewrite($0) }
        return new
    }

    @Test(arguments: 1...60) func countersGoOnWhereverTheSourcesAreCut(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let old = RandomStream(packets: Int.random(in: 0...400, using: &random), from: &random).bytes
        let whole = RandomStream(packets: 800, from: &random).bytes
        let new = Array(whole[(188 * Int.random(in: 0..<400, using: &random))...])
        let output = splice(old, new, from: &random)
        var checker = Checker()
        checker.read(old)
        #expect(checker.breaks == [])
        checker.read(output)
        #expect(checker.breaks == [])

        var started: Set<UInt16> = []
        var announced: Set<UInt16> = []
        for start in stride(from: 0, to: new.count, by: 188) {
            var expected = Array(new[start..<start + 188])
            let pid = UInt16(expected[1] & 0x1F) << 8 | UInt16(expected[2])
            let hasPayload = expected[3] & 0x10 != 0
            if expected[1] & 0x40 != 0 { started.insert(pid) }
            let packet = Array(output[start..<start + 188])
            guard pid != 0x1FFF, started.contains(pid) || !hasPayload else {
                #expect(packet[1] & 0x1F == 0x1F && packet[2] == 0xFF, "a PID joins at a start")
                continue
            }
            let hasClock = expected[3] & 0x20 != 0 && expected[4] >= 7 && expected[5] & 0x10 != 0
            if hasClock, announced.insert(pid).inserted { expected[5] |= 0x80 }
            expected[3] = expected[3] & 0xF0 | packet[3] & 0x0F
            #expect(packet == expected, "nothing else changes, and only the first clock is announced")
        }
    }

    @Test func aGapWithinTheNewSourceStaysVisible() {
        var random = SeededGenerator(seed: 7)
        let old = SyntheticStream.recording(pictures: 20).bytes
        let new = SyntheticStream.recording(pictures: 20).bytes
        let missing = 188 * 60
        let damaged = Array(new[..<missing] + new[(missing + 188)...])
        var checker = Checker()
        checker.read(old)
        checker.read(splice(old, damaged, from: &random))
        #expect(checker.breaks.count == 1)
    }

    @Test func aPIDThatNeverMarksAStartIsLetThroughInTheEnd() {
        var new: [UInt8] = []
        for index in 0...Splicer.patience {
            var raw = [UInt8](repeating: 0, count: 188)
            raw.withUnsafeMutableBytes {
                _ = PacketBuilder(pid: 0x200, continuityCounter: UInt8(index & 15))
                    .write([UInt8](repeating: 1, count: 184), to: $0)
            }
            new += raw
        }
        var random = SeededGenerator(seed: 1)
        let output = splice([], new, from: &random)
        #expect(output[1] & 0x1F == 0x1F)
        #expect(output[output.count - 187] == 0x02)
    }

    @Test func tablesAndTheClockAnnouncementInFrontContinueTheirPIDs() throws {
        let old = SyntheticStream.recording(pictures: 23).bytes
        var new = SyntheticStream.recording(pictures: 12).bytes
        var splicer = Splicer()
        old.withUnsafeBytes { splicer.learn($0) }
        var tables = Array(new[..<376])
        tables.withUnsafeMutableBytes { splicer.number($0) }
        let announcement = try #require(splicer.clockAnnouncement(pid: SyntheticStream.videoPID))
        new.withUnsafeMutableBytes { splicer.rewrite($0) }
        var checker = Checker()
        checker.read(old + tables + announcement + new)
        #expect(checker.breaks == [])
        announcement.withUnsafeBytes { bytes in
            let packet = PacketView(bytes)
            #expect(packet?.discontinuityIndicator == true)
            #expect(packet?.hasPayload == false)
            #expect(packet?.pcr == nil)
            #expect(packet?.pid == SyntheticStream.videoPID)
        }
        #expect(splicer.clockAnnouncement(pid: 0x333) == nil)
    }

    @Test func whatIsNoPacketIsLeftAlone() {
        var splicer = Splicer()
        var bytes = [UInt8](repeating: 0x11, count: 500)
        bytes[188] = 0x47
        bytes[188 + 3] = 0xFF
        bytes[188 + 4] = 0xFF
        let before = bytes
        bytes.withUnsafeMutableBytes { splicer.rewrite($0) }
        #expect(bytes[..<188] == before[..<188])
        #expect(bytes[376...] == before[376...])
        var none: [UInt8] = []
        none.withUnsafeMutableBytes { splicer.rewrite($0) }
    }
}
