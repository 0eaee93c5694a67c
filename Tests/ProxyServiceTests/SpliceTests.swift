import ProxyService
import Testing
import TestSupport
import TransportStream

/// Two sources in one buffer, cut and read in every way.
@Suite struct SpliceTests {
    private func stream(_ packets: Range<UInt64>) throws -> [UInt8] {
        try #require(ProbeStream(bitrate: 1_000_000)).bytes(packets)
    }

    private func feed(_ buffer: inout StreamBuffer, _ bytes: ArraySlice<UInt8>, from random: inout SeededGenerator) {
        var rest = bytes
        while !rest.isEmpty {
            let piece = rest.prefix(Int.random(in: 1...3000, using: &random))
            let window = buffer.writableWindow(piece.count)
            window.copyBytes(from: piece)
            buffer.commit(piece.count, of: window)
            rest = rest.dropFirst(piece.count)
        }
    }

    @Test(arguments: 1...40) func whatViewersReadIsWholePacketsWithCountersThatGoOn(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var buffer = try StreamBuffer(capacity: 1 << 20)
        let old = try stream(0..<UInt64.random(in: 900...1500, using: &random))
        feed(&buffer, old[..<Int.random(in: 150_000...old.count, using: &random)], from: &random)
        let limit = buffer.limit
        let published = Array(buffer.ring.window(from: 0, to: limit))

        var source = try StreamBuffer(capacity: 1 << 20)
        let start = UInt64.random(in: 5000...6000, using: &random)
        let new = try stream(start..<start + 1500)
        let read = Int.random(in: 1000...200_000, using: &random)
        feed(&source, new[..<read], from: &random)
        source.settleLayout()
        let isSpliceable = source.isSpliceable
        #expect(isSpliceable)
        let hadRandomAccess = source.hasRandomAccess
        buffer.splice(source)
        feed(&buffer, new[read...], from: &random)

        let kept = Array(buffer.ring.window(from: 0, to: limit))
        #expect(kept == published, "what was published stays")
        var counters: [UInt16: UInt8] = [:]
        var announced = 0
        var pidsAfterSplice: [UInt16] = []
        var lastSequence: UInt64 = 0
        var window = buffer.ring.window(from: 0, to: buffer.limit)
        while !window.isEmpty {
            let packet = try #require(PacketView(window), "a whole packet")
            if buffer.limit - UInt64(window.count) >= limit { pidsAfterSplice.append(packet.pid) }
            let step: UInt8 = packet.hasPayload ? 1 : 0
            if let last = counters[packet.pid], !packet.isNull {
                #expect((last + step) & 15 == packet.continuityCounter, "PID \(packet.pid)")
            }
            counters[packet.pid] = packet.continuityCounter
            if packet.discontinuityIndicator, packet.pcr != nil { announced += 1 }
            if let mark = ProbePacket.parse(packet.bytes) { lastSequence = mark.sequence }
            window = UnsafeRawBufferPointer(rebasing: window[TransportPacket.size...])
        }
        #expect(announced == 1)
        var expectedLast: UInt64 = 0
        new.withUnsafeBytes { bytes in
            let last = UnsafeRawBufferPointer(rebasing: bytes[(bytes.count - TransportPacket.size)...])
            if let mark = ProbePacket.parse(last) { expectedLast = mark.sequence }
        }
        if expectedLast > 0 { #expect(lastSequence == expectedLast, "nothing of the new source's end is missing") }
        if hadRandomAccess {
            #expect(pidsAfterSplice.prefix(2) == [TransportPacket.associationPID, ProbeStream.mapPID])
        }
    }
}
