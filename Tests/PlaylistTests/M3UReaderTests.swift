import Fleet
import Playlist
import Testing

@Suite struct M3UReaderTests {
    private static let hash = "0123456789abcdef0123456789abcdef01234567"

    private func read(_ text: String) throws -> ChannelList { try M3UReader.read(Array(text.utf8)) }

    private func problems(_ text: String) -> [String] {
        do throws(PlaylistError) {
            _ = try M3UReader.read(Array(text.utf8))
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    @Test func everyPartOfAnEntryIsRead() throws {
        let list = try read(
            """
            #EXTM3U url-tvg="http://guide/x.xml" refresh="3600"
            #EXTINF:-1 tvg-id="one.tv" tvg-logo="http://logo/1.png" group-title="News, world" tvg-chno="7.1" \
            catchup='default',One, the first
            acestream://\(Self.hash)
            """)
        let one = Channel(
            name: "One, the first", group: "News, world", logo: "http://logo/1.png", guideID: "one.tv", number: "7.1",
            attributes: [.init(name: "catchup", value: "default")],
            primary: ContentKey(kind: .contentID, value: Self.hash))
        #expect(
            list
                == ChannelList(
                    guideURL: "http://guide/x.xml", attributes: [.init(name: "refresh", value: "3600")], channels: [one]
                ))
    }

    @Test(arguments: [
        ("acestream://abc", ContentKey(kind: .contentID, value: "abc")),
        ("ACESTREAM://abc?x=1", ContentKey(kind: .contentID, value: "abc")),
        ("acestream:?infohash=abc", ContentKey(kind: .infohash, value: "abc")),
        ("infohash://abc", ContentKey(kind: .infohash, value: "abc")),
        ("http://127.0.0.1:6878/ace/getstream?id=abc&x=1", ContentKey(kind: .contentID, value: "abc")),
        ("https://far.example/base/ace/getstream?infohash=abc", ContentKey(kind: .infohash, value: "abc")),
        ("http://[::1]:6878/ace/manifest.m3u8?content_id=abc", ContentKey(kind: .contentID, value: "abc")),
        ("http://h/ace/getstream?url=http%3A%2F%2Fa%2Fb.torrent", ContentKey(kind: .url, value: "http://a/b.torrent")),
        ("http://h/c.acelive", ContentKey(kind: .url, value: "http://h/c.acelive")),
        ("magnet:?xt=urn:btih:abc&dn=x", ContentKey(kind: .magnet, value: "magnet:?xt=urn:btih:abc&dn=x")),
    ])
    func linksNameContents(link: String, content: ContentKey) throws {
        #expect(ContentLink(link) == .content(content))
        #expect(ContentLink(ContentLink.text(of: content)) == .content(content))
        #expect(try read("#EXTINF:0,A\n\(link)\n").channels.map(\.primary) == [content])
    }

    @Test(arguments: ["http://tv/live.m3u8", "rtmp://tv/live", "udp://@239.0.0.1:1234"])
    func whatNoEnginePlaysIsLeftOut(link: String) throws {
        var reader = M3UReader()
        let list = try reader.read(Array("#EXTM3U\n#EXTINF:-1,A\n\(link)\n#EXTINF:-1,B\nacestream://b\n".utf8))
        #expect(list.channels.map(\.name) == ["B"])
        #expect(reader.skipped.problems.map(\.line) == [3])
    }

    @Test(arguments: ["\n", "\r\n", "\r"]) func lineEndsMarksAndJunkDoNotMatter(lineEnd: String) throws {
        let lines = [
            "\u{feff}#EXTM3U", "", "some junk", "#EXTVLCOPT:network-caching=1000", "#extinf:-1 tvg-id=a , A ", "# note",
            "#EXTGRP:Group", "\tacestream://a  ", "", "#EXTINF:-1,B", "acestream://b",
        ]
        let list = try read(lines.joined(separator: lineEnd))
        #expect(list.channels.map(\.name) == ["A", "B"])
        #expect(list.channels.map(\.group) == ["Group", nil])
        #expect(list.channels.map(\.guideID) == ["a", nil])
    }

    @Test func repeatedEntriesAndLinksAreBackups() throws {
        let list = try read(
            """
            #EXTINF:-1 tvg-id="a",A
            acestream://1
            #EXTINF:-1 tvg-id="b",B
            acestream://2
            #EXTINF:-1 tvg-id="a",A
            infohash://3
            #EXTINF:-1 tvg-id="a",A
            acestream://1
            #EXTINF:-1 tvg-id="a",A in HD
            acestream://4
            acestream://5
            #EXTINF:-1,C
            acestream://6
            #EXTINF:-1,C
            acestream://7
            #EXTINF:-1 tvg-id="b",B
            acestream://8
            acestream://9
            """)
        #expect(list.channels.map(\.name) == ["A", "B", "A in HD", "C"])
        #expect(
            list.channels.map { $0.contents.map(\.value) } == [["1", "3"], ["2", "8", "9"], ["4", "5"], ["6", "7"]])
    }

    @Test func bothNamesOfTheGuideAreOne() throws {
        let text = "#EXTM3U x-tvg-url=\"http://a,http://b\" url-tvg='http://b'\nacestream://1"
        #expect(try read(text).guideURL == "http://a,http://b")
        #expect(try read("#EXTM3U url-tvg=\", http://a ,,http://b\"").guideURL == "http://a,http://b")
    }

    @Test func everyMistakeIsReportedWithItsLine() {
        #expect(
            problems(
                """
                #EXTM3U
                #EXTINF:-1 tvg-id="a,A
                acestream://1
                #EXTINF:-1 no comma
                acestream://2
                #EXTINF:-1,No link
                #EXTINF:-1,Broken
                acestream://
                #EXTINF:-1,Nothing named
                http://h/ace/getstream?x=1
                #EXTINF:-1,The last
                """) == [
                    "line 2: the quote behind tvg-id= is not closed",
                    "line 4: there is no comma with a name behind it",
                    "line 6: no link follows this entry",
                    "line 8: broken link: an id is 1 to 128 letters and digits",
                    "line 10: broken link: it names no id, infohash, url or magnet",
                    "line 11: no link follows this entry",
                ])
        #expect(problems("<html>\n<body>Not found") == ["line 1: this is no playlist: neither #EXTM3U nor a link"])
        #expect(problems("") == ["line 1: this is no playlist: neither #EXTM3U nor a link"])
        #expect(problems("#EXTM3U\n") == [])
        #expect(throws: PlaylistError([.init(line: 2, message: "the line is not UTF-8")])) {
            try M3UReader.read(Array("#EXTM3U\n".utf8) + [0x41, 0xFF])
        }
    }

    @Test func sizesAreBounded() throws {
        let spaces = [UInt8](repeating: UInt8(ascii: "\n"), count: ChannelList.maximumBytes + 1)
        #expect(throws: PlaylistError.self) { try M3UReader.read(spaces) }
        var text: [UInt8] = []
        for number in 0...ChannelList.maximumChannels { text += "#EXTINF:0,\(number)\nacestream://\(number)\n".utf8 }
        #expect(
            throws: PlaylistError([
                .init(line: 2 * ChannelList.maximumChannels + 2, message: "there are more than 100000 channels")
            ])
        ) { try M3UReader.read(text) }
        let links = (0..<40).map { "acestream://\($0)\n" }.joined()
        #expect(try read("#EXTINF:0,A\n" + links).channels[0].backups.count == Channel.maximumBackups)
    }
}
