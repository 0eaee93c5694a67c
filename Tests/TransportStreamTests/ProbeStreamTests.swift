import Testing
import TransportStream

@Suite struct ProbeStreamTests {
    private func bytes(_ stream: ProbeStream, _ range: Range<UInt64>, sendTime: UInt64 = 42) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: range.count * 188)
        bytes.withUnsafeMutableBytes { stream.write(range, sendTime: sendTime, to: $0) }
        return bytes
    }

    @Test(arguments: [64_000, 800_000, 4_000_000, 20_000_000] as [UInt64])
    func sequenceNumbersRunOnWithoutGap(bitrate: UInt64) throws {
        let stream = try #require(ProbeStream(bitrate: bitrate))
        var next: UInt64 = 0
        var counters: [UInt16: UInt8] = [:]
        var clock: UInt64?
        withPackets(bytes(stream, 0..<stream.packetsPerGroup * 5)) { packet in
            if let probe = ProbePacket.parse(packet.bytes) {
                #expect(probe.sequence == next)
                #expect(probe.sendTimeNanoseconds == 42)
                next += 1
            }
            if let last = counters[packet.pid] { #expect(packet.continuityCounter == (last + 1) & 0x0F) }
            counters[packet.pid] = packet.continuityCounter
            if let pcr = packet.pcr {
                if let clock { #expect((1...3_000_000).contains(pcr - clock)) }
                clock = pcr
            }
        }
        #expect(next == (stream.packetsPerGroup - 2) * 5)
    }

    @Test func randomAccessPointsComeAboutTwiceASecond() throws {
        let stream = try #require(ProbeStream(bitrate: 4_000_000))
        let second = stream.packetsDue(after: 10_000_000_000)
        var scanner = RandomAccessScanner()
        bytes(stream, 0..<second).withUnsafeBytes { scanner.scan($0, position: 0) }
        #expect((20...22).contains(scanner.randomAccessPoints(from: 0).count))
    }

    @Test func pacingMatchesTheBitrate() throws {
        let stream = try #require(ProbeStream(bitrate: 1_504_000))
        #expect(stream.packetsDue(after: 0) == 1)
        #expect(stream.packetsDue(after: 1_000_000_000) == 1001)
        #expect(stream.dueTime(of: 1000) == 1_000_000_000)
        #expect(stream.packetsDue(after: 1_000_000_000_000_000) == 1_000_000_001)
    }

    @Test func bitratesOutsideTheRangeAreRefused() {
        #expect(ProbeStream(bitrate: 63_999) == nil)
        #expect(ProbeStream(bitrate: 1_000_000_001) == nil)
    }

    @Test func packetsWithoutMarkAreNone() {
        #expect(ProbePacket.parse(Array(SyntheticStream.recording(pictures: 1).bytes.prefix(188))) == nil)
    }
}
