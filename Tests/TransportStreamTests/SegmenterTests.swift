import Testing
import TestSupport
import TransportStream

/// Cutting a transport stream into segments.
@Suite struct SegmenterTests {
    private typealias S = SyntheticStream

    /// The segments of a stream that comes in pieces, in step with its own time.
    private static func segments(
        _ bytes: [UInt8], piece: Int = 188 * 7, maximumBytes: Int = 8 << 20, ticksPerPiece: UInt64 = 1
    ) -> [Segmenter.Segment] {
        var segmenter = Segmenter(maximumBytes: maximumBytes)
        var segments: [Segmenter.Segment] = []
        var arrival: UInt64 = 0
        for start in stride(from: 0, to: bytes.count, by: piece) {
            bytes[start..<min(bytes.count, start + piece)].withUnsafeBytes {
                segmenter.append($0, arrival: arrival) { segments.append($0) }
            }
            arrival += ticksPerPiece
        }
        segmenter.finish { segments.append($0) }
        return segments
    }

    /// The PIDs of the first packets.
    private static func pids(_ segment: Segmenter.Segment, _ count: Int) -> [UInt16] {
        var pids: [UInt16] = []
        withPackets(segment.bytes) { if pids.count < count { pids.append($0.pid) } }
        return pids
    }

    private static func payloads(_ bytes: [UInt8], pid: UInt16) -> [UInt8] {
        var payloads: [UInt8] = []
        withPackets(bytes) { packet in if packet.pid == pid { payloads += packet.bytes[packet.payload] } }
        return payloads
    }

    /// Key pictures come every 0.4 s: the first two segments are short, the others last until the first one after 3 s.
    @Test func segmentsStartWithTablesAndAKeyPictureAndDurationsAreRight() throws {
        let bytes = S.recording(pictures: 500).bytes
        let segments = Self.segments(bytes)
        #expect(segments.dropLast().map(\.duration) == [108_000, 108_000] + Array(repeating: 288_000, count: 5))
        #expect(segments.map(\.duration).reduce(0, +) == 500 * 3600)
        #expect(segments.dropLast().allSatisfy { $0.cut == .randomAccess })
        #expect(segments.last?.cut == .end)
        for segment in segments {
            #expect(segment.startsAtRandomAccess)
            #expect(!segment.isDiscontinuous)
            #expect(Self.pids(segment, 3) == [0, S.mapPID, S.videoPID])
            var scanner = RandomAccessScanner()
            segment.bytes.withUnsafeBytes { scanner.scan($0, position: 0) }
            #expect(scanner.randomAccessPoints(from: 0).first == 376)
        }
    }

    @Test func allThatIsPlayedIsThereOnceAndCountersGoOn() {
        let bytes = S.recording(pictures: 500).bytes
        let whole = Self.segments(bytes).flatMap(\.bytes)
        for pid in [S.videoPID, S.audioPID] {
            #expect(Self.payloads(whole, pid: pid) == Self.payloads(bytes, pid: pid))
        }
        var counters: [UInt16: UInt8] = [:]
        withPackets(whole) { packet in
            if let last = counters[packet.pid] { #expect(packet.continuityCounter == (last + 1) & 15) }
            counters[packet.pid] = packet.continuityCounter
        }
    }

    @Test func piecesMakeNoDifference() {
        let bytes = S.recording(pictures: 200).bytes
        let expected = Self.segments(bytes, piece: bytes.count).map(\.bytes)
        for piece in [188, 188 * 3, 188 * 1000] { #expect(Self.segments(bytes, piece: piece).map(\.bytes) == expected) }
    }

    @Test func theClockMayWrap() {
        let segments = Self.segments(S.recording(pictures: 500, firstTime: Timestamp.modulus - 400_000).bytes)
        #expect(segments.map(\.duration).reduce(0, +) == 500 * 3600)
        #expect(segments.allSatisfy { !$0.isDiscontinuous })
    }

    @Test func withoutRandomAccessPointsThePicturesDecide() {
        var stream = S()
        stream.addTables([.init(code: 0xEA, pid: S.videoPID)])
        for picture in 0..<1000 {
            let time = UInt64(picture) * 3600 + 90_000
            stream.addUnit(payload: [1, 2, 3], time: time, clock: time * 300)
        }
        // A packet comes every 40 ms: two seconds are waited first.
        let segments = Self.segments(stream.bytes, piece: 188, ticksPerPiece: 3600)
        #expect(segments.count == 7)
        #expect(segments.dropLast().allSatisfy { $0.cut == .time && $0.duration == 540_000 })
        #expect(segments.allSatisfy { !$0.startsAtRandomAccess })
        #expect(segments.allSatisfy { Self.pids($0, 3) == [0, S.mapPID, S.videoPID] })
        let rounded = segments.map { ($0.duration + 45_000) / 90_000 }
        #expect(rounded.allSatisfy { $0 <= Segmenter.targetDuration })
    }

    @Test func bytesBoundASegment() {
        let bytes = S.recording(pictures: 300).bytes
        let limit = 188 * 100
        let segments = Self.segments(bytes, maximumBytes: limit)
        #expect(segments.allSatisfy { $0.bytes.count <= limit })
        #expect(segments.contains { $0.cut == .size })
        #expect(Self.payloads(segments.flatMap(\.bytes), pid: S.videoPID) == Self.payloads(bytes, pid: S.videoPID))
        #expect(segments.map(\.duration).reduce(0, +) == 300 * 3600)
    }

    @Test func aSplicedStreamIsMarkedWhereItWasSpliced() {
        let old = S.recording(pictures: 100).bytes
        var new = S.recording(pictures: 100, firstTime: 50_000_000).bytes
        var splicer = Splicer()
        old.withUnsafeBytes { splicer.learn($0) }
        let announcement = splicer.clockAnnouncement(pid: S.videoPID) ?? []
        #expect(!announcement.isEmpty)
        new.withUnsafeMutableBytes { splicer.rewrite($0) }
        let segments = Self.segments(old + announcement + new)
        let cut = segments.firstIndex { $0.cut == .discontinuity } ?? 0
        #expect(segments.filter { $0.cut == .discontinuity }.count == 1)
        #expect(segments[...cut].map(\.duration).reduce(0, +) == 100 * 3600)
        #expect(segments.indices.filter { segments[$0].isDiscontinuous } == [cut + 1])
        #expect(segments[cut + 1].startsAtRandomAccess)
        #expect(segments[(cut + 1)...].map(\.duration).reduce(0, +) == 100 * 3600)
    }

    @Test(arguments: [
        1_350_000, 90_000, 50_000_000, Timestamp.modulus - 90_000,
    ])
    func aClockThatJumpsWithoutAWordIsABreakToo(firstTime: UInt64) {
        let jump = S.recording(pictures: 100).bytes + S.recording(pictures: 100, firstTime: firstTime).bytes
        let segments = Self.segments(jump)
        #expect(segments.filter(\.isDiscontinuous).count == 1)
        #expect(segments.allSatisfy { $0.duration <= 288_000 })
    }

    @Test func anotherProgramBeginsASegment() {
        var other = S()
        for picture in 0..<50 {
            let time = 90_000 + UInt64(100 + picture) * 3600
            if picture % 10 == 0 { other.addTables([.init(code: 0x24, pid: 0x222)], clockPID: 0x222) }
            other.addUnit(pid: 0x222, payload: [1, 2], time: time, randomAccess: picture % 10 == 0, clock: time * 300)
        }
        let segments = Self.segments(S.recording(pictures: 100).bytes + other.bytes)
        let first = segments.firstIndex(where: \.isDiscontinuous)
        #expect(segments.filter(\.isDiscontinuous).count == 1)
        #expect(first.map { Self.pids(segments[$0], 3) } == [0, S.mapPID, 0x222])
    }

    @Test func soundAloneIsCutAnywhere() {
        var stream = S()
        stream.addTables([.init(code: 0x0F, pid: S.audioPID)], clockPID: S.audioPID)
        for unit in 0..<500 {
            let time = UInt64(unit) * 2160
            stream.addUnit(pid: S.audioPID, payload: [UInt8](repeating: 1, count: 300), time: time)
        }
        let segments = Self.segments(stream.bytes)
        #expect(segments.dropLast().map(\.duration) == [90_720, 90_720, 270_000, 270_000, 270_000])
        #expect(segments.map(\.duration).reduce(0, +) == 500 * 2160)
    }

    @Test func nothingComesOutBeforeTheTables() {
        var stream = S()
        for picture in 0..<500 { stream.addUnit(payload: [0, 0, 1, 0xB3, 0, 0], time: UInt64(picture) * 3600) }
        #expect(Self.segments(stream.bytes).isEmpty)
    }

    @Test func randomPacketsNeverBreakIt() {
        let clock = ContinuousClock()
        let start = clock.now
        var (seed, runs, segments) = (TestLength.seed, 0, 0)
        while clock.now - start < TestLength.fuzzDuration {
            seed &+= 1
            runs += 1
            var random = SeededGenerator(seed: seed)
            var bytes = S.recording(
                pictures: .random(in: 1...60, using: &random), firstTime: random.next() % Timestamp.modulus
            ).bytes
            for _ in 0..<Int.random(in: 0...200, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                // Half of the damage is in headers.
                bytes[Bool.random(using: &random) ? index : index - index % 188 + index % 20 % 188] =
                    UInt8.random(in: 0...255, using: &random)
            }
            let limit = 188 * Int.random(in: 64...400, using: &random)
            let cut = Self.segments(
                bytes, piece: Int.random(in: 1...20, using: &random) * 188, maximumBytes: limit,
                ticksPerPiece: .random(in: 0...100_000, using: &random))
            segments += cut.count
            for segment in cut
            where segment.bytes.count > limit || segment.bytes.isEmpty || segment.bytes.count % 188 != 0
                || segment.duration > Timestamp.modulus / 2
            {
                Issue.record("a segment of \(segment.bytes.count) bytes, \(segment.duration) ticks, seed \(seed)")
            }
            let size = cut.reduce(0) { $0 + $1.bytes.count }
            if size > bytes.count + cut.count * limit / 2 { Issue.record("\(size) bytes, seed \(seed)") }
        }
        print("random streams: \(runs) runs, \(segments) segments, last seed \(seed)")
        #expect(runs > 10)
        #expect(segments > runs / 10)
    }
}
