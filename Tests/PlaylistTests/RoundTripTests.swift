import Fleet
import Playlist
import Testing
import TestSupport

/// What is written is what was read, for seeded lists and for random bytes.
@Suite(.serialized) struct RoundTripTests {
    private static let texts = [
        "One", "Two, three", "a=b", "É ç", "😀", "e\u{301}", "#EXTM3U", "acestream://x", "a  b", "'single'", "\\", "%41",
        "tvg-id=", "http://x/y?z=1&w=2", "-1", "\u{a0}", "&amp;", "<b>",
    ]

    private static func list(_ random: inout SeededGenerator) -> ChannelList {
        func text(_ random: inout SeededGenerator) -> String {
            (0..<Int.random(in: 1...3, using: &random)).map { _ in texts.randomElement(using: &random) ?? "" }
                .joined(separator: " ")
        }
        func maybe(_ random: inout SeededGenerator) -> String? { Bool.random(using: &random) ? text(&random) : nil }
        func content(_ random: inout SeededGenerator) -> ContentKey {
            let value = String(random.next(), radix: 16)
            return switch Int.random(in: 0..<4, using: &random) {
            case 0: ContentKey(kind: .contentID, value: value)
            case 1: ContentKey(kind: .infohash, value: value)
            case 2: ContentKey(kind: .magnet, value: "magnet:?xt=urn:btih:\(value)&dn=a,b\"")
            default: ContentKey(kind: .url, value: "https://host/\(value)?a=%20&b=c#d")
            }
        }
        func attributes(_ random: inout SeededGenerator) -> [Channel.Attribute] {
            (0..<Int.random(in: 0...2, using: &random)).map { .init(name: "x-\($0)", value: text(&random)) }
        }
        let channels = (0..<Int.random(in: 0...8, using: &random)).map { index in
            Channel(
                name: "\(text(&random)) \(index)", group: maybe(&random), logo: maybe(&random),
                guideID: maybe(&random), number: Bool.random(using: &random) ? "\(index).5" : nil,
                attributes: attributes(&random), primary: content(&random),
                backups: (0..<Int.random(in: 0...3, using: &random)).map { _ in content(&random) })
        }
        let guideURL = Bool.random(using: &random) ? "http://guide/a.xml,http://guide/b.xml" : nil
        return ChannelList(guideURL: guideURL, attributes: attributes(&random), channels: channels)
    }

    @Test(arguments: 0..<200 as Range<UInt64>) func seededListsComeBack(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let list = Self.list(&random)
        #expect(try M3UReader.read(M3UWriter.write(list)) == list)
    }

    @Test func whatWouldBreakALineOrAQuoteIsReplaced() throws {
        let name = "a\r\nacestream://evil\u{2028}b\u{0}"
        let list = ChannelList(channels: [
            Channel(name: name, group: "say \"hi\"\n", primary: ContentKey(kind: .contentID, value: "1"))
        ])
        let channel = try #require(try M3UReader.read(M3UWriter.write(list)).channels.first)
        #expect(channel.name == "a  acestream://evil b")
        #expect(channel.group == "say 'hi'")
        #expect(channel.backups.isEmpty)
    }

    private static let pieces = [
        "#EXTM3U", "#EXTINF:", "-1", " ", ",", "\n", "\r\n", "\r", "\"", "'", "=", "tvg-id=", "tvg-id=\"a\"",
        "tvg-chno=\"7\"", "tvg-logo=", "group-title=\"", "tvg-name=x", "url-tvg=\"http://g\"", "x-tvg-url=", "#EXTGRP:",
        "acestream://", "infohash://", "magnet:?", "http://", "h/ace/getstream?", "id=", "infohash=", "url=", "%41",
        "%",
        "abc", "://", ":", "?", "#", "\u{feff}", "\t", "ä", "\u{301}", "\u{2028}", "\0", "#EXTINF:-1,A\n",
        "acestream://abc\n",
        "#EXTINF:-1 tvg-id=\"a\",A\nacestream://1\n", "http://h/ace/getstream?id=abc\n", ".torrent",
    ]

    private static func bytes(_ random: inout SeededGenerator) -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 0...40, using: &random) {
            if Int.random(in: 0..<20, using: &random) == 0 {
                bytes.append(.random(in: 0...255, using: &random))
            } else {
                bytes += (pieces.randomElement(using: &random) ?? "").utf8
            }
        }
        return bytes
    }

    @Test func randomBytesAreReadOrRefusedAndComeBack() throws {
        let clock = ContinuousClock()
        let start = clock.now
        var (seed, inputs, lists) = (TestLength.seed, 0, 0)
        var slowest = Duration.zero
        while clock.now - start < TestLength.fuzzDuration {
            seed &+= 1
            inputs += 1
            var random = SeededGenerator(seed: seed)
            let bytes = Self.bytes(&random)
            let began = clock.now
            do throws(PlaylistError) {
                let first = try M3UReader.read(bytes)
                let second = try M3UReader.read(M3UWriter.write(first))
                let third = try M3UReader.read(M3UWriter.write(second))
                if second != third { Issue.record("not the same the second time, seed \(seed)") }
                if !Self.holdsQuotes(first), first != second {
                    Issue.record("not the same, seed \(seed)")
                }
                lists += first.channels.isEmpty ? 0 : 1
            } catch {
                let lines = bytes.count { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") } + 1
                let isSound = !error.isEmpty && error.problems.allSatisfy { (1...lines).contains($0.line) }
                if !isSound { Issue.record("\(error), seed \(seed)") }
            }
            slowest = max(slowest, clock.now - began)
        }
        print("random playlists: \(inputs) inputs, \(lists) lists, slowest \(slowest), last seed \(seed)")
        #expect(inputs > 100)
        #expect(lists > inputs / 100)
        // Loose: the machine may be busy with something else.
        #expect(slowest < .seconds(10))
    }

    /// Double quotes in attribute values are the one thing that is written differently.
    private static func holdsQuotes(_ list: ChannelList) -> Bool {
        let own = list.channels.flatMap { channel in
            [channel.group, channel.logo, channel.guideID].compactMap(\.self) + channel.attributes.map(\.value)
        }
        return ([list.guideURL].compactMap(\.self) + list.attributes.map(\.value) + own).contains {
            $0.utf8.contains(UInt8(ascii: "\""))
        }
    }
}
