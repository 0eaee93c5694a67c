import Fleet
import Foundation
import Playlist
import ProxyService
import Testing

@Suite struct ChannelYAMLTests {
    private func problems(_ text: String) -> [String] {
        do throws(PlaylistError) {
            _ = try ChannelYAML.read(Array(text.utf8))
            return []
        } catch {
            return error.problems.map(\.description)
        }
    }

    @Test func everyPartOfAChannelIsRead() throws {
        let list = try ChannelYAML.read(
            Array(
                """
                url_tvg: http://guide/x.xml
                channels:
                  - name: "One"
                    group: News
                    logo: http://logo/1.png
                    tvg_id: one.tv
                    number: 7.10
                    id: 0123456789
                    backups:
                      - infohash: abc
                      - acestream://def
                      - id: 0123456789
                  - {name: Two, group: ~, magnet: "magnet:?xt=urn:btih:abc"}
                """.utf8))
        #expect(list.guideURL == "http://guide/x.xml")
        let one = Channel(
            name: "One", group: "News", logo: "http://logo/1.png", guideID: "one.tv", number: "7.10",
            primary: ContentKey(kind: .contentID, value: "0123456789"),
            backups: [ContentKey(kind: .infohash, value: "abc"), ContentKey(kind: .contentID, value: "def")])
        let two = Channel(name: "Two", primary: ContentKey(kind: .magnet, value: "magnet:?xt=urn:btih:abc"))
        #expect(list.channels == [one, two])
    }

    @Test func everyMistakeIsReportedWithItsPlace() {
        #expect(
            problems(
                """
                channels:
                  - name: One
                    id: a b
                    colour: red
                  - id: abc
                    number: seven
                  - name: Three
                    id: abc
                    infohash: def
                    number: 1
                  - name: Four
                    url: ftp://a
                    number: 1
                    backups: [http://tv/live.m3u8, "acestream://"]
                  - just text
                """) == [
                    "line 4, column 5: colour is not known; a channel has name, group, logo, tvg_id, number, backups, "
                        + "id, infohash, url, magnet",
                    "line 3, column 9: an id is 1 to 128 letters and digits",
                    "line 5, column 5: the channel has no name",
                    "line 6, column 13: number is seven; allowed is a number such as 7 or 7.1",
                    "line 7, column 5: the channel has more than one of id, infohash, url, magnet",
                    "line 13, column 13: number 1 is another channel's",
                    "line 12, column 10: a URL begins with http:// or https://",
                    "line 14, column 15: a backup is a link or has id, infohash, url or magnet",
                    "line 14, column 36: broken link: an id is 1 to 128 letters and digits",
                    "line 15, column 5: a channel is a mapping with name, group, logo, tvg_id, number, backups, id, "
                        + "infohash, url, magnet",
                ])
    }

    @Test(arguments: [
        ("", "line 1"), ("channels: 7", "line 1, column 11"), ("channels:\n  - {name: a, id: [", "line 3"),
        ("channels: []\nchannels: []", "line "), ("a\u{0}b", "line 1"), ("- a", "line 1, column 1"),
        ("channels: *nobody", "line 1"),
    ])
    func otherFilesAreRefused(text: String, place: String) {
        let found = problems(text)
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix(place) == true, "\(found)")
    }

    @Test func aByteOrderMarkAndWindowsLineEndsDoNotMatter() throws {
        let text = "\u{feff}channels:\r\n  - name: One\r\n    id: abc\r\n"
        #expect(try ChannelYAML.read(Array(text.utf8)).channels.map(\.name) == ["One"])
    }

    private static let pieces = [
        "channels:", "url_tvg:", "\n", "\n  - ", "\n    ", "name: ", "id: ", "infohash: ", "number: ", "backups: ",
        "abc", "7", "7.1", "[", "]", "{", "}", ", ", ": ", "- ", "&a ", "*a", "!!binary ", "? ", "|\n", ">", "\"", "'",
        "#", "%", "---\n", "...", "~", "<<: ", "\t", "acestream://abc", "http://h/", "magnet:?x", "\u{feff}", "ä",
        "channels:\n  - name: A\n    id: abc", "\n    backups: [{id: b}]",
    ]

    @Test func randomBytesAreReadOrRefused() {
        let clock = ContinuousClock()
        let start = clock.now
        let isLong = ProcessInfo.processInfo.environment["WEIR_LONG"] == "1"
        var random = SystemRandomNumberGenerator()
        var (inputs, lists) = (0, 0)
        var slowest = (time: Duration.zero, input: [UInt8]())
        while clock.now - start < .seconds(isLong ? 60 : 2) {
            inputs += 1
            var bytes = Bool.random(using: &random) ? Array("channels:\n  - name: A\n    id: abc".utf8) : []
            for _ in 0..<Int.random(in: 0...12, using: &random) {
                let piece = Self.pieces.randomElement(using: &random) ?? ""
                bytes += Int.random(in: 0..<20) == 0 ? [.random(in: 0...255)] : Array(piece.utf8)
            }
            let began = clock.now
            defer { if clock.now - began > slowest.time { slowest = (clock.now - began, bytes) } }
            do throws(PlaylistError) {
                let list = try ChannelYAML.read(bytes)
                if list.channels.contains(where: { $0.name.isEmpty }) { Issue.record("no name: \(bytes)") }
                if (try? M3UReader.read(M3UWriter.write(list))) == nil { Issue.record("not written: \(bytes)") }
                lists += list.channels.isEmpty ? 0 : 1
            } catch {
                if error.isEmpty || error.problems.contains(where: { $0.line < 1 }) {
                    Issue.record("\(error): \(bytes)")
                }
            }
        }
        print("random YAML: \(inputs) inputs, \(lists) lists, slowest \(slowest.time)")
        // Loose: the machine may be busy with something else.
        #expect(slowest.time < .seconds(20), "\(slowest.input)")
        #expect(inputs > 100 && lists > 0)
    }

    @Test func nestingAndSizeAreBounded() {
        #expect(problems(String(repeating: "[", count: 200_000)).count == 1)
        #expect(problems(String(repeating: "{a: ", count: 200_000)).count == 1)
        #expect(problems(String(repeating: " ", count: ChannelList.maximumBytes + 1)).count == 1)
        #expect(throws: PlaylistError([.init(line: 2, message: "the file is not UTF-8")])) {
            try ChannelYAML.read(Array("channels:\n  - ".utf8) + [0xFF])
        }
    }

    @Test(arguments: [
        ("x.m3u", "", ChannelFileFormat.m3u), ("x.M3U8", "", .m3u), ("x.yml", "#EXTM3U", .yaml), ("x", "#EXTM3U", .m3u),
        ("x", "\u{feff}\n #extm3u", .m3u), ("x", "channels:", .yaml), ("x.txt", "acestream://a", .m3u),
    ])
    func theFormatIsToldByNameThenByBeginning(path: String, text: String, format: ChannelFileFormat) {
        #expect(ChannelFileFormat(path: path, bytes: text.utf8) == format)
    }
}
