import Testing
import TransportStream

@Suite struct FieldTests {
    @Test func checksumOfTheStandardCheckString() {
        #expect(CRC32.checksum(Array("123456789".utf8)) == 0x0376_E6E7)
    }

    @Test(arguments: [0, 1, 299, 300, 27_000_000, ClockReference.modulus - 1] as [UInt64])
    func clockReferencesSurviveARoundTrip(ticks: UInt64) {
        var bytes = [UInt8](repeating: 0, count: 8)
        bytes.withUnsafeMutableBytes { ClockReference.write(ticks, to: $0, at: 1) }
        #expect(bytes.withUnsafeBytes { ClockReference.read($0, at: 1) } == ticks)
        #expect(bytes[5] & 0x7E == 0x7E)
    }

    @Test(arguments: [0, 1, 0x5555_5555, 1 << 32, (1 << 33) - 1] as [UInt64])
    func timestampsSurviveARoundTrip(ticks: UInt64) {
        var bytes = [UInt8](repeating: 0, count: 5)
        bytes.withUnsafeMutableBytes { Timestamp.write(ticks, to: $0, at: 0, prefix: 2) }
        #expect(bytes.withUnsafeBytes { Timestamp.read($0, at: 0) } == ticks)
        #expect(bytes[0] >> 4 == 2)
        #expect([bytes[0], bytes[2], bytes[4]].allSatisfy { $0 & 1 == 1 })
    }

    @Test func advancingWrapsClockAndTimestampsAtTheirOwnRange() throws {
        var counter: UInt8 = 0
        let last = Timestamp.modulus - 100
        var packet = PESPacket(streamIdentifier: 0xE0, presentation: last + 50, decoding: last, payload: [1, 2, 3])
            .packets(pid: 256, continuityCounter: &counter, clock: last * 300 + 17)
        packet.withUnsafeMutableBytes { PacketEditor($0)?.advance(by: 300) }
        try withPackets(packet) { packet in
            #expect(packet.pcr == 200 * 300 + 17)
            let presentation = try #require(PESHeader.presentationOffset(in: packet))
            let decoding = try #require(PESHeader.decodingOffset(in: packet))
            #expect(Timestamp.read(packet.bytes, at: presentation) == 250)
            #expect(Timestamp.read(packet.bytes, at: decoding) == 200)
        }
    }

    @Test func clockAndCounterAreRewrittenInPlace() throws {
        var counter: UInt8 = 3
        var packet = PESPacket(streamIdentifier: 0xE0, presentation: 0, payload: [1])
            .packets(pid: 256, continuityCounter: &counter, randomAccess: true, clock: 5)
        packet.withUnsafeMutableBytes {
            PacketEditor($0)?.setContinuityCounter(0x1E)
            #expect(PacketEditor($0)?.setClock(123_456_789) == true)
        }
        withPackets(packet) { packet in
            #expect(packet.continuityCounter == 0x0E)
            #expect(packet.pcr == 123_456_789)
            #expect(packet.randomAccessIndicator && packet.hasPayload && packet.payloadUnitStart)
        }
    }

    @Test func aClockFieldThatIsTooShortIsAbsent() throws {
        var packet = [UInt8](repeating: 0xFF, count: 188)
        packet.replaceSubrange(0..<6, with: [0x47, 0x01, 0x00, 0x30, 3, 0x10])
        withPackets(packet) { #expect($0.pcr == nil) }
        packet[4] = 255
        withPackets(packet) {
            #expect($0.payload.isEmpty)
            #expect(!$0.randomAccessIndicator)
        }
    }

    @Test func aPESPacketIsSplitWithoutLoss() {
        let payload = (0..<1000).map { UInt8(truncatingIfNeeded: $0) }
        var counter: UInt8 = 14
        let pes = PESPacket(streamIdentifier: 0xE0, presentation: 1, payload: payload)
        let packets = pes.packets(pid: 300, continuityCounter: &counter, randomAccess: true, clock: 0)
        var carried: [UInt8] = []
        var counters: [UInt8] = []
        withPackets(packets) {
            carried += $0.bytes[$0.payload]
            counters.append($0.continuityCounter)
        }
        #expect(carried == pes.header + payload)
        #expect(counters == [14, 15, 0, 1, 2, 3])
        #expect(counter == 4)
    }

    @Test func tablesSurviveARoundTripAndDamageIsNoticed() {
        let map = ProgramMap(
            programNumber: 7, clockPID: 0x1FF,
            streams: (0..<60).map { .init(code: $0 == 3 ? 0x24 : 0x06, pid: 0x200 + $0) })
        #expect(map.section.withUnsafeBytes { ProgramMap(section: $0) } == map)
        #expect(map.leadingStream?.pid == 0x203)
        var damaged = map.section
        damaged[20] ^= 1
        #expect(damaged.withUnsafeBytes { ProgramMap(section: $0) } == nil)
        let association = ProgramAssociation(programNumber: 7, mapPID: 0x1ABC)
        #expect(association.section.withUnsafeBytes { ProgramAssociation(section: $0) } == association)
    }
}
