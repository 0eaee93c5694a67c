import Playlist
import Testing

/// The sliding window of live segments, and the names of an engine's.
@Suite struct LiveWindowTests {
    private func window(_ durations: [Double], byteLimit: Int = 1000, discontinuousAt: Set<Int> = []) -> LiveWindow<Int>
    {
        var window = LiveWindow<Int>(targetDuration: 6, byteLimit: byteLimit)
        for (index, duration) in durations.enumerated() {
            window.append(
                index, duration: duration, isDiscontinuous: discontinuousAt.contains(index), byteCount: 10)
        }
        return window
    }

    @Test func theNewestAreListedAndSomeMoreKept() throws {
        var window = window([Double](repeating: 4, count: 20))
        #expect(window.listed.map(\.sequence) == Array(14..<20))
        #expect(window[11]?.payload == 11)
        #expect(window[10] == nil)
        #expect(window[20] == nil)
        #expect(window.byteCount == 90)
        let text = window.playlist { "s\($0).ts" }
        let playlist = try HLSReader.read(Array(text.utf8))
        #expect(playlist.mediaSequence == 14)
        #expect(playlist.targetDuration == 6)
        #expect(playlist.resources.map(\.reference) == (14..<20).map { "s\($0).ts" })
        #expect(!playlist.isComplete)
        window.isEnded = true
        #expect(window.playlist { "\($0)" }.hasSuffix("#EXT-X-ENDLIST\n"))
    }

    @Test func bytesBoundTheWindowButThreeSegmentsStay() {
        let small = window([Double](repeating: 4, count: 20), byteLimit: 50)
        #expect(small.listed.map(\.sequence) == Array(15..<20))
        #expect(small.byteCount == 50)
        #expect(window([Double](repeating: 4, count: 20), byteLimit: 1).listed.map(\.sequence) == [17, 18, 19])
    }

    @Test func durationsAreExactToTheMicrosecond() {
        let text = window([4, 3.999_999_6, 2.000_000_4, 0.04]).playlist { _ in "x" }
        #expect(
            text.split(separator: "\n").filter { $0.hasPrefix("#EXTINF") } == [
                "#EXTINF:4.000000,", "#EXTINF:4.000000,", "#EXTINF:2.000000,", "#EXTINF:0.040000,",
            ])
    }

    @Test func discontinuitiesAreCountedOnceTheyHaveLeft() {
        let window = window([Double](repeating: 4, count: 12), discontinuousAt: [0, 3, 8])
        let lines = window.playlist { "\($0)" }.split(separator: "\n")
        #expect(lines.contains("#EXT-X-DISCONTINUITY-SEQUENCE:2"))
        #expect(lines.filter { $0 == "#EXT-X-DISCONTINUITY" }.count == 1)
        #expect(lines.firstIndex(of: "#EXT-X-DISCONTINUITY") == lines.firstIndex(of: "8").map { $0 - 2 })
    }

    @Test func namesHoldWhileListedAndForAWhile() {
        var names = ResourceNames()
        func origin(_ index: Int) -> ResourceNames.Origin {
            ResourceNames.Origin(role: .segment, target: "/\(index).ts")
        }
        let root = names.number(ResourceNames.Origin(role: .playlist, target: "/list.m3u8"))
        var first: [UInt64] = []
        for start in 0..<200 {
            let numbers = (start..<start + 6).map { names.number(origin($0)) }
            if start == 0 { first = numbers }
            #expect(names.number(origin(start)) == numbers[0])
            names.note(Set(numbers), listedBy: root)
        }
        #expect(first.allSatisfy { names[$0] == nil })
        #expect(names[root]?.role == .playlist)
        #expect(names.count <= 7 + ResourceNames.unlistedLimit + 1)
        let newest = names.number(origin(205))
        #expect(names[newest] == origin(205))
        #expect(names[names.number(origin(150))] == origin(150))
    }
}
