import Playlist
import Testing

/// HLS playlists (RFC 8216): what is read, what is refused, what is left of them under other names.
@Suite struct HLSReaderTests {
    private func read(_ text: String) throws(HLSPlaylistError) -> HLSPlaylist { try HLSReader.read(Array(text.utf8)) }

    /// Names everything by its position, but for what `isRefused` says.
    private func rewrite(
        _ playlist: HLSPlaylist, refusing isRefused: (HLSPlaylist.Resource) -> Bool = { _ in false }
    ) -> HLSPlaylist.Rewritten {
        var count = 0
        return playlist.rewritten { resource in
            count += 1
            return isRefused(resource) ? nil : "n\(count)"
        }
    }

    private static let live = """
        #EXTM3U
        #EXT-X-VERSION:3
        #EXT-X-TARGETDURATION:4
        #EXT-X-MEDIA-SEQUENCE:17
        #EXTINF:3.96,
        http://127.0.0.1:6878/ace/c/abc/17.ts
        #EXT-X-DISCONTINUITY
        #EXTINF:4,Title
        18.ts?token=x

        """

    @Test func aLivePlaylistKeepsItsNumbersAndGetsOtherNames() throws {
        let playlist = try read(Self.live)
        #expect(playlist.kind == .media)
        #expect(playlist.targetDuration == 4)
        #expect(playlist.mediaSequence == 17)
        #expect(!playlist.isComplete)
        #expect(playlist.durations == [3.96, 4])
        #expect(playlist.resources.map(\.reference) == ["http://127.0.0.1:6878/ace/c/abc/17.ts", "18.ts?token=x"])
        #expect(
            rewrite(playlist).text == """
                #EXTM3U
                #EXT-X-VERSION:3
                #EXT-X-TARGETDURATION:4
                #EXT-X-MEDIA-SEQUENCE:17
                #EXTINF:3.96,
                n1
                #EXT-X-DISCONTINUITY
                #EXTINF:4,Title
                n2

                """)
    }

    @Test func lineEndsMayBeTwoCharactersAndTheLastOneMissing() throws {
        let text = Self.live.split(separator: "\n").joined(separator: "\r\n")
        #expect(try read(text) == read(Self.live))
        #expect(try read(Self.live + "#EXT-X-ENDLIST").isComplete)
    }

    @Test func nothingOfTheOriginIsLeft() throws {
        let playlist = try read(
            """
            #EXTM3U
            # made by http://engine:6878/
            #EXT-X-TARGETDURATION:2
            #EXT-X-VENDOR:http://engine:6878/
            #EXT-X-DATERANGE:ID="1",X-URL="http://engine:6878/"
            #EXT-X-SESSION-DATA:DATA-ID="a",URI="http://engine:6878/"
            #EXT-X-KEY:METHOD=AES-128,URI="http://engine:6878/key",IV=0x01,X-ORIGIN="http://engine:6878/"
            #EXT-X-MAP:URI="http://engine:6878/init",BYTERANGE="10@5"
            #EXTINF:2,see http://engine:6878/
            http://engine:6878/1.m4s
            """)
        let text = rewrite(playlist).text
        #expect(!text.contains("engine"))
        #expect(
            text == """
                #EXTM3U
                #EXT-X-TARGETDURATION:2
                #EXT-X-KEY:METHOD=AES-128,IV=0x01,URI="n1"
                #EXT-X-MAP:URI="n2"
                #EXTINF:2,
                n3

                """)
        #expect(playlist.resources.map(\.role) == [.key, .initialization, .segment])
        #expect(playlist.resources[1].range == HLSPlaylist.ByteRange(offset: 5, length: 10))
    }

    @Test func rangesBecomePartOfTheSegment() throws {
        let playlist = try read(
            """
            #EXTM3U
            #EXT-X-TARGETDURATION:2
            #EXTINF:2,
            #EXT-X-BYTERANGE:100@20
            a.ts
            #EXTINF:2,
            #EXT-X-BYTERANGE:50
            a.ts
            #EXTINF:2,
            b.ts
            """)
        #expect(
            playlist.resources.map(\.range) == [
                HLSPlaylist.ByteRange(offset: 20, length: 100), HLSPlaylist.ByteRange(offset: 120, length: 50), nil,
            ])
        #expect(!rewrite(playlist).text.contains("BYTERANGE"))
    }

    @Test func aRefusedSegmentStaysAsAGapSoThatNumbersHold() throws {
        let rewritten = rewrite(try read(Self.live)) { $0.reference.hasPrefix("http") }
        #expect(rewritten.refusedCount == 1)
        #expect(rewritten.namedCount == 1)
        #expect(
            rewritten.text.hasSuffix(
                "#EXTINF:3.96,\n#EXT-X-GAP\ngap.ts\n#EXT-X-DISCONTINUITY\n#EXTINF:4,Title\nn2\n"))
    }

    @Test func segmentsWhoseKeyIsRefusedAreGapsUntilTheNextKey() throws {
        let playlist = try read(
            """
            #EXTM3U
            #EXT-X-TARGETDURATION:2
            #EXT-X-KEY:METHOD=AES-128,URI="skd://x"
            #EXTINF:2,
            1.ts
            #EXT-X-KEY:METHOD=NONE
            #EXTINF:2,
            2.ts
            """)
        let text = rewrite(playlist) { $0.role == .key }.text
        #expect(!text.contains("AES"))
        #expect(
            text.hasSuffix("#EXTINF:2,\n#EXT-X-GAP\ngap.ts\n#EXT-X-KEY:METHOD=NONE\n#EXTINF:2,\nn3\n"))
    }

    @Test func aListOfPlaylistsIsReadAndItsRefusedEntriesLeftOut() throws {
        let playlist = try read(
            """
            #EXTM3U
            #EXT-X-INDEPENDENT-SEGMENTS
            #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="One, two",URI="audio.m3u8"
            #EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="c",INSTREAM-ID="CC1",NAME="x"
            #EXT-X-STREAM-INF:BANDWIDTH=1280000,CODECS="avc1,mp4a",AUDIO="a"
            low.m3u8
            #EXT-X-STREAM-INF:BANDWIDTH=2560000,AUDIO="a"
            http://elsewhere/high.m3u8
            #EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI="i.m3u8"
            """)
        #expect(playlist.kind == .multivariant)
        #expect(
            rewrite(playlist) { $0.reference.contains("elsewhere") }.text == """
                #EXTM3U
                #EXT-X-INDEPENDENT-SEGMENTS
                #EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="One, two",URI="n1"
                #EXT-X-MEDIA:TYPE=CLOSED-CAPTIONS,GROUP-ID="c",INSTREAM-ID="CC1",NAME="x"
                #EXT-X-STREAM-INF:BANDWIDTH=1280000,CODECS="avc1,mp4a",AUDIO="a"
                n2
                #EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=1,URI="n4"

                """)
    }

    private static let head = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n"

    @Test(arguments: ["", "<html></html>", "#EXTINF:1,\na.ts\n", " #EXTM3U"])
    func somethingElseIsRefused(text: String) {
        #expect(code(text) == .notAPlaylist)
    }

    @Test(arguments: ["#EXTINF:1,\n", "#EXTINF:1,\na.ts\n#EXTINF:1", "#EXTINF:1,\n#EXT-X-GAP\n"])
    func halfAPlaylistIsRefused(rest: String) {
        #expect(code(Self.head + rest) == .truncated)
        #expect(code("#EXTM3U\n#EXTINF:1,\na.ts\n") == .truncated)
    }

    @Test(arguments: [
        "a.ts\n", "#EXTINF:x,\na.ts\n", "#EXTINF:-1,\na.ts\n", "#EXTINF:1,\n#EXTINF:1,\na.ts\n",
        "#EXT-X-MEDIA-SEQUENCE:-1\n", "#EXT-X-MEDIA-SEQUENCE:99999999999999999999\n", "#EXT-X-KEY:METHOD\n",
        "#EXT-X-MAP:X=1\n", "#EXT-X-PROGRAM-DATE-TIME:http://x\n", "#EXTINF:1,\na\u{0}.ts\n",
        "#EXT-X-STREAM-INF:BANDWIDTH=1\na.m3u8\n",
        "#EXTINF:1,\n#EXT-X-BYTERANGE:9223372036854775807@18446744073709551615\na.ts\n",
    ])
    func brokenLinesAreRefused(rest: String) {
        #expect(code(Self.head + rest) == .malformed)
    }

    @Test func whatIsTooLargeIsRefused() {
        let most = HLSPlaylist.maximumResources
        #expect(code(Self.head + String(repeating: "#EXTINF:1,\na\n", count: most)) == nil)
        #expect(code(Self.head + String(repeating: "#EXTINF:1,\na\n", count: most + 1)) == .tooLarge)
        #expect(code(Self.head + String(repeating: "#", count: HLSPlaylist.maximumBytes)) == .tooLarge)
    }

    /// Why a text is refused; nil when it is read.
    private func code(_ text: String) -> HLSPlaylistError.Code? {
        do throws(HLSPlaylistError) {
            _ = try read(text)
            return nil
        } catch {
            return error.code
        }
    }

    @Test func bytesThatAreNotUTF8AreRefused() {
        let error = #expect(throws: HLSPlaylistError.self) {
            try HLSReader.read(Array(Self.head.utf8) + [0xFF, 0x0A])
        }
        #expect(error?.code == .malformed)
    }
}
