import Fleet
import ProxyService
import Testing

@Suite struct StreamRequestTests {
    @Test(arguments: [
        ("id=abc", ContentKey.Kind.contentID, "abc"), ("content_id=abc", .contentID, "abc"),
        ("infohash=abc", .infohash, "abc"), ("id=&infohash=a%20b", .infohash, "a b"),
        ("id=abc&content_id=abc", .contentID, "abc"), ("id=first&id=second", .contentID, "first"),
        ("url=https%3A%2F%2Fh%2Fa.acelive%3Fx%3D1%26y", .url, "https://h/a.acelive?x=1&y"),
        ("url=http://h/a.torrent", .url, "http://h/a.torrent"),
        ("magnet=magnet%3A%3Fxt%3Durn%3Abtih%3Aabc", .magnet, "magnet:?xt=urn:btih:abc"),
    ])
    func contentIsNamedInOneOfFiveWays(query: String, kind: ContentKey.Kind, value: String) throws {
        #expect(try StreamRequest(query: query).content == ContentKey(kind: kind, value: value))
    }

    @Test func otherParametersArePassedThroughInOrder() throws {
        let request = try StreamRequest(query: "transcode_audio=1&id=abc&quality=1080%2B&format=json&sid=7&x")
        #expect(request.parameters.map(\.name) == ["transcode_audio", "quality", "x"])
        #expect(request.parameters.map(\.value) == ["1", "1080+", ""])
    }

    @Test func whatCannotBeReadIsLeftOutUnlessItNamesTheContent() throws {
        let request = try StreamRequest(query: "a=%zz&%F1=1&name=%F1&id=abc&b=2&&=3")
        #expect(request.content.value == "abc")
        #expect(request.parameters.map(\.name) == ["b", ""])
    }

    @Test(arguments: [
        ("", StreamRequest.Refusal.missing), ("id=", .missing), ("x=1", .missing), ("pid=1", .missing),
        ("id=a&infohash=b", .both), ("content_id=a&infohash=b", .both), ("id=a&infohash=b&pid=1", .both),
        ("id=a&pid=1", .playerID), ("id=a&pid", .playerID), ("id=a&content_id=b", .several),
        ("id=a&url=http://h/", .several), ("infohash=a&magnet=magnet:?x", .several), ("url=file:///etc", .address),
        ("url=%00", .address), ("magnet=http://h/", .magnetLink), ("id=%zz", .malformed), ("id=%ff", .malformed),
        ("url=%e2%82", .malformed), ("%zz=1", .missing),
    ])
    func anythingElseIsRefused(query: String, refusal: StreamRequest.Refusal) {
        #expect(throws: refusal) { try StreamRequest(query: query) }
    }
}
