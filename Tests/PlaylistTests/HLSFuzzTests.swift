import Playlist
import Testing
import TestSupport

/// Random HLS playlists are read or refused; what is written is read again as the same.
@Suite(.serialized) struct HLSFuzzTests {
    private static let pieces = [
        "#EXTM3U\n", "#EXT-X-VERSION:3\n", "#EXT-X-TARGETDURATION:4\n", "#EXT-X-MEDIA-SEQUENCE:7\n", "#EXTINF:4,\n",
        "#EXTINF:3.96,x\n", "a.ts\n", "http://h:1/a.ts?b=c\n", "#EXTINF:1,\na.ts\n", "#EXT-X-ENDLIST\n",
        "#EXT-X-BYTERANGE:10@5\n", "#EXT-X-BYTERANGE:10\n", "#EXT-X-DISCONTINUITY\n", "#EXT-X-GAP\n",
        "#EXT-X-KEY:METHOD=AES-128,URI=\"k\"\n", "#EXT-X-KEY:METHOD=NONE\n", "#EXT-X-MAP:URI=\"m\",BYTERANGE=\"1@2\"\n",
        "#EXT-X-STREAM-INF:BANDWIDTH=1\nv.m3u8\n", "#EXT-X-MEDIA:TYPE=AUDIO,URI=\"a.m3u8\"\n", "#", "#EXT", ":", "=",
        ",", "\"", "\n", "\r", "\r\n", "@", "-1", "18446744073709551615", "1e9", " ", "\t", "\u{0}", "\u{feff}", "ä",
        "URI=", "http://", "data:x", "#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00Z\n", "#EXT-X-PLAYLIST-TYPE:VOD\n",
    ]

    private static func bytes(_ random: inout SeededGenerator) -> [UInt8] {
        var bytes: [UInt8] = []
        if Int.random(in: 0..<8, using: &random) > 0 { bytes += "#EXTM3U\n#EXT-X-TARGETDURATION:4\n".utf8 }
        for _ in 0..<Int.random(in: 0...30, using: &random) {
            if Int.random(in: 0..<30, using: &random) == 0 {
                bytes.append(.random(in: 0...255, using: &random))
            } else {
                bytes += (pieces.randomElement(using: &random) ?? "").utf8
            }
        }
        return bytes
    }

    @Test func randomPlaylistsAreReadOrRefusedAndComeBack() {
        let clock = ContinuousClock()
        let start = clock.now
        var (seed, inputs, playlists) = (TestLength.seed, 0, 0)
        while clock.now - start < TestLength.fuzzDuration {
            seed &+= 1
            inputs += 1
            var random = SeededGenerator(seed: seed)
            let bytes = Self.bytes(&random)
            var isRead = false
            do throws(HLSPlaylistError) {
                let first = try HLSReader.read(bytes)
                playlists += 1
                let isHarsh = Bool.random(using: &random)
                var names = 0
                let rewritten = first.rewritten { resource in
                    guard URIReference(resource.reference, against: "/a") != nil,
                        !isHarsh || Bool.random(using: &random)
                    else { return nil }
                    names += 1
                    return "n\(names)"
                }
                if rewritten.text.contains("://") { Issue.record("an address is left, seed \(seed)") }
                if rewritten.namedCount + rewritten.refusedCount != first.resources.count {
                    Issue.record("resources were lost, seed \(seed)")
                }
                isRead = rewritten.namedCount > 0
                let second = try HLSReader.read(Array(rewritten.text.utf8))
                let third = try HLSReader.read(Array(second.rewritten(\.reference).text.utf8))
                if second != third || second.durations != first.durations {
                    Issue.record("not the same, seed \(seed)")
                }
            } catch {
                if isRead { Issue.record("the rewritten playlist is refused: \(error), seed \(seed)") }
            }
        }
        print("random HLS playlists: \(inputs) inputs, \(playlists) playlists, last seed \(seed)")
        #expect(inputs > 100)
        #expect(playlists > inputs / 100)
    }
}
