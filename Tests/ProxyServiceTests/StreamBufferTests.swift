import ProxyService
import Testing
import TransportStream

@Suite struct StreamBufferTests {
    /// Null packets whose bytes 4 to 11 carry a number.
    private func packets(_ range: Range<Int>) -> [UInt8] {
        range.flatMap { number -> [UInt8] in
            var packet = [UInt8](repeating: 0xFF, count: TransportPacket.size)
            packet.replaceSubrange(0..<4, with: [TransportPacket.syncByte, 0x1F, 0xFF, 0x10])
            for index in 0..<8 { packet[4 + index] = UInt8(truncatingIfNeeded: number >> (8 * index)) }
            return packet
        }
    }

    private func feed(_ buffer: inout StreamBuffer, _ bytes: [UInt8], step: Int) {
        for start in stride(from: 0, to: bytes.count, by: step) {
            let piece = bytes[start..<min(start + step, bytes.count)]
            let window = buffer.writableWindow(piece.count)
            window.copyBytes(from: piece)
            buffer.commit(piece.count, of: window)
        }
    }

    /// The numbers of all packets from `start` to the limit; nil where one does not begin with a sync byte.
    private func numbers(_ buffer: borrowing StreamBuffer, from start: UInt64) -> [Int?] {
        let window = buffer.ring.window(from: start, to: buffer.limit)
        return stride(from: 0, to: window.count, by: TransportPacket.size).map { offset in
            guard window[offset] == TransportPacket.syncByte else { return nil }
            return (0..<8).reduce(0) { $0 | Int(window[offset + 4 + $1]) << (8 * $1) }
        }
    }

    @Test(arguments: [1, 47, 188, 700, 1316, 5000])
    func aStreamThatStartsMidPacketIsAligned(step: Int) throws {
        var buffer = try StreamBuffer(capacity: 1 << 16)
        feed(&buffer, Array(packets(0..<1)[100...]) + packets(1..<40), step: step)
        #expect(buffer.layout == .packets(first: 88))
        #expect(buffer.droppedBytes == 88)
        #expect(numbers(buffer, from: 88) == Array(1..<40))
    }

    @Test(arguments: [47, 188, 1316])
    func garbageBetweenPacketsNeverReachesAViewer(step: Int) throws {
        var buffer = try StreamBuffer(capacity: 1 << 16)
        feed(&buffer, packets(0..<20), step: step)
        feed(&buffer, [UInt8](repeating: 0xAA, count: 61), step: 61)
        feed(&buffer, packets(20..<60), step: 1316)
        let seen = numbers(buffer, from: 0)
        #expect(!seen.contains(nil))
        #expect(seen.suffix(35) == Array(25..<60).map(Optional.some)[...])
    }

    @Test func theOldestBytesGiveWayAndTheWindowStaysContiguous() throws {
        var buffer = try StreamBuffer(capacity: 1 << 16)
        feed(&buffer, packets(0..<2000), step: 1316)
        #expect(buffer.ring.head - buffer.ring.tail <= 1 << 16)
        let start = buffer.layout.boundary(atOrAfter: buffer.ring.tail)
        let seen = numbers(buffer, from: start)
        #expect(seen.last == 1999)
        #expect(seen == Array((2000 - seen.count)..<2000))
    }

    @Test func withoutProgramTablesTheNewestBoundaryIsTheJoinPoint() throws {
        var buffer = try StreamBuffer(capacity: 1 << 16)
        feed(&buffer, packets(0..<100), step: 1000)
        #expect(buffer.randomAccessJoin == nil)
        #expect(numbers(buffer, from: buffer.newestJoin.position) == [99])
    }

    @Test func aStreamThatOpensWithItsTablesIsJoinedAtItsStart() throws {
        var buffer = try StreamBuffer(capacity: 1 << 16)
        var table = packets(0..<1)
        table.replaceSubrange(1..<3, with: [0x40, 0x00])
        feed(&buffer, table, step: 188)
        #expect(buffer.randomAccessJoin?.position == 0)
        feed(&buffer, packets(1..<400), step: 1316)
        #expect(buffer.ring.tail > 0)
        #expect(buffer.randomAccessJoin == nil)
    }

    @Test func bytesThatAreNoTransportStreamPassAsTheyAre() throws {
        var buffer = try StreamBuffer(capacity: 1 << 16)
        feed(&buffer, [UInt8](repeating: 7, count: 2000), step: 333)
        #expect(buffer.layout == .opaque)
        #expect(buffer.limit == 2000)
        #expect(buffer.randomAccessJoin?.position == 0)
    }

    @Test(arguments: [1, 47, 188, 700, 1316, 5000])
    func nullPacketsAreTakenOutAndNothingElse(step: Int) throws {
        var buffer = try StreamBuffer(capacity: 1 << 16, dropsNullPackets: true)
        var bytes: [UInt8] = []
        for number in 0..<900 {
            var packet = packets(number..<number + 1)
            // Two of three carry something.
            if number % 3 != 0 { packet.replaceSubrange(1..<3, with: [0x01, 0x00]) }
            bytes += packet
        }
        var seen: [Int?] = []
        var position: UInt64 = 0
        for start in stride(from: 0, to: bytes.count, by: step) {
            feed(&buffer, Array(bytes[start..<min(start + step, bytes.count)]), step: step)
            guard buffer.limit > position else { continue }
            seen += numbers(buffer, from: position)
            position = buffer.limit
        }
        #expect(seen == (0..<900).filter { $0 % 3 != 0 }.map(Optional.some))
        #expect(buffer.nullBytes == 300 * 188)
    }
}
