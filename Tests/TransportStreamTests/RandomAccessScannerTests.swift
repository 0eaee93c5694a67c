import Testing
import TransportStream

@Suite struct RandomAccessScannerTests {
    private typealias S = SyntheticStream

    private func scan(_ bytes: [UInt8], position: UInt64 = 0) -> RandomAccessScanner {
        var scanner = RandomAccessScanner()
        bytes.withUnsafeBytes { scanner.scan($0, position: position) }
        return scanner
    }

    /// Stream type and the payload of a unit at which a decoder can begin.
    static let entries: [(UInt8, [UInt8])] = [
        (0x02, [0, 0, 1, 0xB3, 0x16, 0]),
        (0x10, [0, 0, 1, 0xB0, 1, 0]),
        (0x1B, [0, 0, 0, 1, 0x09, 0xF0, 0, 0, 0, 1, 0x67, 0x42, 0]),
        (0x1B, [0, 0, 1, 0x65, 0x88, 0]),
        (0x24, [0, 0, 0, 1, 0x46, 1, 0x50, 0, 0, 0, 1, 0x40, 1, 0]),
        (0x24, [0, 0, 1, 19 << 1, 1, 0]),
        (0x33, [0, 0, 1, 0, 15 << 3 | 1, 0]),
    ]

    @Test(arguments: entries) func unitsThatOpenWithAnEntryPointAreFound(code: UInt8, payload: [UInt8]) {
        var stream = S()
        stream.addTables([.init(code: 0x0F, pid: S.audioPID), .init(code: code, pid: S.videoPID)])
        stream.addUnit(payload: [0, 0, 1, 0x01, 0x02, 0x03], time: 0)
        let position = stream.position
        stream.addUnit(payload: payload, time: 3600)
        stream.addUnit(payload: [0, 0, 1, 0x01, 0x02, 0x03], time: 7200)
        #expect(scan(stream.bytes, position: 1000).lastRandomAccess == 1000 + position)
        #expect(scan(stream.bytes).randomAccessPoints(from: 0) == [position])
    }

    @Test func theIndicatorCountsWhateverThePayload() {
        var stream = S()
        stream.addTables([.init(code: 0xEA, pid: S.videoPID)])
        stream.addUnit(payload: [1, 2, 3], time: 0)
        #expect(scan(stream.bytes).lastRandomAccess == nil)
        let position = stream.position
        stream.addUnit(payload: [1, 2, 3], time: 0, randomAccess: true)
        #expect(scan(stream.bytes).lastRandomAccess == position)
    }

    @Test func nothingIsFoundBeforeTheTables() {
        var stream = S()
        stream.addUnit(payload: [0, 0, 1, 0xB3, 0, 0], time: 0, randomAccess: true)
        stream.addAssociation()
        stream.addUnit(payload: [0, 0, 1, 0xB3, 0, 0], time: 0, randomAccess: true)
        let scanner = scan(stream.bytes)
        #expect(!scanner.hasProgram)
        #expect(scanner.lastRandomAccess == nil)
        #expect(scanner.latestProgramTables.isEmpty)
    }

    @Test func withAudioAloneEachUnitIsAnEntry() {
        var stream = S()
        stream.addTables([.init(code: 0x0F, pid: S.audioPID)], clockPID: S.audioPID)
        let first = stream.position
        stream.addUnit(pid: S.audioPID, payload: [UInt8](repeating: 1, count: 300), time: 0)
        let second = stream.position
        stream.addUnit(pid: S.audioPID, payload: [1, 2, 3], time: 1)
        #expect(scan(stream.bytes).randomAccessPoints(from: 0) == [first, second])
        #expect(scan(stream.bytes).firstRandomAccess(from: first + 1) == second)
    }

    @Test func aJoinerGetsTheTablesThatStoodBeforeTheEntry() {
        var stream = S()
        stream.addTables([.init(code: 0x02, pid: S.videoPID)])
        stream.addTables([.init(code: 0x02, pid: S.videoPID)])
        let tables = Array(stream.bytes[376...])
        stream.addUnit(payload: [0, 0, 1, 0xB3, 0, 0], time: 0)
        stream.addTables([.init(code: 0x02, pid: S.videoPID)])
        let scanner = scan(stream.bytes)
        #expect(scanner.programTables == tables)
        #expect(scanner.latestProgramTables == Array(stream.bytes.suffix(376)))
    }

    @Test func aMapOverSeveralPacketsIsKeptWhole() {
        var stream = S()
        let others = (0..<60).map { ProgramMap.Stream(code: 0x06, pid: 0x300 + $0) }
        stream.addTables(others + [.init(code: 0x1B, pid: S.videoPID)])
        let tables = stream.bytes
        #expect(tables.count > 376)
        stream.addUnit(payload: [0, 0, 1, 0x65, 0, 0], time: 0)
        #expect(scan(stream.bytes).programTables == tables)
        #expect(scan(stream.bytes).leadingStreamPID == S.videoPID)
    }

    @Test func pointsOfAFormerProgramAreForgotten() {
        var stream = S()
        stream.addTables([.init(code: 0x02, pid: S.videoPID)])
        stream.addUnit(payload: [0, 0, 1, 0xB3, 0, 0], time: 0)
        stream.addTables([.init(code: 0x1B, pid: 0x111)])
        let position = stream.position
        stream.addUnit(pid: 0x111, payload: [0, 0, 1, 0x65, 0, 0], time: 0)
        #expect(scan(stream.bytes).randomAccessPoints(from: 0) == [position])
    }

    @Test func theHistoryIsBoundedAndKeepsTheNewest() {
        var stream = S()
        stream.addTables([.init(code: 0x02, pid: S.videoPID)])
        for _ in 0..<RandomAccessScanner.historyLimit + 10 {
            stream.addUnit(payload: [0, 0, 1, 0xB3, 0, 0], time: 0)
        }
        let points = scan(stream.bytes).randomAccessPoints(from: 0)
        #expect(points.count == RandomAccessScanner.historyLimit)
        #expect(points.last == stream.position - 188)
        #expect(points == points.sorted())
    }

    @Test func scanningInPiecesFindsTheSame() {
        let bytes = S.recording(pictures: 40).bytes
        var scanner = RandomAccessScanner()
        for start in stride(from: 0, to: bytes.count, by: 188 * 3) {
            bytes[start..<min(bytes.count, start + 188 * 3)].withUnsafeBytes {
                scanner.scan($0, position: UInt64(start))
            }
        }
        #expect(scanner.randomAccessPoints(from: 0) == scan(bytes).randomAccessPoints(from: 0))
        #expect(scanner.randomAccessPoints(from: 0).count == 4)
        #expect(scanner.programTables == scan(bytes).programTables)
    }
}
