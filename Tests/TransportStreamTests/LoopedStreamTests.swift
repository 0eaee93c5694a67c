import Testing
import TransportStream

@Suite struct LoopedStreamTests {
    private func play(_ recording: [UInt8], loops: UInt64) throws -> (LoopedStream, [UInt8]) {
        try recording.withUnsafeBytes { source in
            let stream = try LoopedStream(examining: source)
            let count = stream.packetCount * loops
            var bytes = [UInt8](repeating: 0, count: Int(count) * 188)
            bytes.withUnsafeMutableBytes { target in
                // Odd portions, so that they lie across the seams.
                for start in stride(from: 0, to: count, by: 13) {
                    let range = start..<min(count, start + 13)
                    let part = target[Int(start) * 188..<Int(range.upperBound) * 188]
                    stream.write(range, of: source, to: UnsafeMutableRawBufferPointer(rebasing: part))
                }
            }
            return (stream, bytes)
        }
    }

    /// A start shortly before 2^33 makes every clock wrap within the second loop.
    @Test(arguments: [90_000, Timestamp.modulus - 200_000])
    func clocksTimestampsAndCountersRunOnAcrossLoops(firstTime: UInt64) throws {
        let (stream, bytes) = try play(SyntheticStream.recording(pictures: 50, firstTime: firstTime).bytes, loops: 3)
        #expect(stream.duration == 50 * 3600 * 300)
        var counters: [UInt16: UInt8] = [:]
        var clock: UInt64?
        var decoding: [UInt16: UInt64] = [:]
        var units: [UInt16: Int] = [:]
        withPackets(bytes) { packet in
            if let last = counters[packet.pid] { #expect(packet.continuityCounter == (last + 1) & 0x0F) }
            counters[packet.pid] = packet.continuityCounter
            if let pcr = packet.pcr {
                if let clock { #expect(ClockReference.distance(from: clock, to: pcr) == 3600 * 300) }
                clock = pcr
            }
            let offset = PESHeader.decodingOffset(in: packet) ?? PESHeader.presentationOffset(in: packet)
            if let offset {
                let time = Timestamp.read(packet.bytes, at: offset)
                if let last = decoding[packet.pid] { #expect(Timestamp.distance(from: last, to: time) == 3600) }
                decoding[packet.pid] = time
                units[packet.pid, default: 0] += 1
            }
        }
        #expect(units == [SyntheticStream.videoPID: 150, SyntheticStream.audioPID: 150])
    }

    @Test func theLoopOpensWithTablesAndAnEntryPoint() throws {
        var recording = SyntheticStream()
        recording.addUnit(payload: [1, 2, 3], time: 0)
        recording.addNull()
        let garbage = [UInt8](repeating: 0x22, count: 77)
        let (stream, bytes) = try play(
            garbage + recording.bytes + SyntheticStream.recording(pictures: 30).bytes, loops: 1)
        var pids: [UInt16] = []
        withPackets(bytes) { pids.append($0.pid) }
        #expect(pids.prefix(3) == [0, SyntheticStream.mapPID, SyntheticStream.videoPID])
        #expect(stream.entryPoints.first == 2)
        #expect(stream.entryPoints.count == 3)
    }

    @Test func aUnitCutOffAtTheEndIsLeftOut() throws {
        let whole = SyntheticStream.recording(pictures: 30).bytes
        var stream = SyntheticStream.recording(pictures: 30)
        stream.addUnit(
            payload: [UInt8](repeating: 1, count: 2000), time: 90_000 + 30 * 3600 + 7200, decoding: 90_000 + 30 * 3600)
        let cut = Array(stream.bytes.prefix(whole.count + 188 * 4))
        let (looped, _) = try play(cut, loops: 1)
        #expect(looped.packetCount == UInt64(whole.count / 188))
        #expect(looped.duration == 30 * 3600 * 300)
    }

    @Test func packetsAreDueByTheClock() throws {
        let (stream, _) = try play(SyntheticStream.recording(pictures: 50).bytes, loops: 1)
        #expect(stream.packetsDue(after: 2_000_000_000) == stream.packetCount + 3)
        for number in stride(from: UInt64(0), to: stream.packetCount * 2, by: 17) {
            let due = stream.dueTime(of: number)
            #expect(stream.packetsDue(after: due + 1000) > number)
        }
        let times = (0..<stream.packetCount * 2).map { stream.dueTime(of: $0) }
        #expect(times == times.sorted())
    }

    @Test func otherFilesAreRefusedWithTheReason() {
        func failure(_ bytes: [UInt8]) -> LoopedStream.Failure? {
            bytes.withUnsafeBytes { source in
                do throws(LoopedStream.Failure) {
                    _ = try LoopedStream(examining: source)
                    return nil
                } catch {
                    return error
                }
            }
        }
        var stream = SyntheticStream()
        #expect(failure([1, 2, 3]) == .notTransportStream)
        for _ in 0..<5 { stream.addNull() }
        #expect(failure(stream.bytes) == .noProgram)
        stream.addTables([.init(code: 0x1B, pid: SyntheticStream.videoPID)])
        stream.addUnit(payload: [1], time: 0, randomAccess: true, clock: 1)
        #expect(failure(stream.bytes) == .tooFewClockReferences)
    }
}
