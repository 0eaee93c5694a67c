import Playlist
import Testing

/// References in playlists (RFC 3986, section 5).
@Suite struct URIReferenceTests {
    private static let base = "/ace/m/abc/list.m3u8?pid=1"

    @Test(arguments: [
        ("1.ts", "/ace/m/abc/1.ts"), ("./1.ts", "/ace/m/abc/1.ts"), ("../1.ts", "/ace/m/1.ts"),
        ("../../../../../x", "/x"), ("/ace/c/1.ts?a=b&c=%2F", "/ace/c/1.ts?a=b&c=%2F"),
        ("?a=b", "/ace/m/abc/list.m3u8?a=b"),
        ("1.ts#t=2", "/ace/m/abc/1.ts"), ("/a/./b/../c", "/a/c"), ("/a/b/..", "/a/"), ("/a/b/.", "/a/b/"),
        ("#x", "/ace/m/abc/list.m3u8?pid=1"), ("a/b?c=/../d", "/ace/m/abc/a/b?c=/../d"),
    ])
    func whatNamesNoServerIsThatOfThePlaylist(reference: String, target: String) {
        let resolved = URIReference(reference, against: Self.base)
        #expect(resolved?.target == target)
        #expect(resolved?.authority == nil)
    }

    @Test(arguments: [
        ("http://h/x", "h", 80, "/x"), ("HTTP://H:6878/x?y", "h", 6878, "/x?y"), ("//h:1", "h", 1, "/"),
        ("http://[::1]:6878/x", "::1", 6878, "/x"), ("http://h?x", "h", 80, "/?x"), ("http://h:1/a/../b", "h", 1, "/b"),
    ])
    func aServerIsReadWithItsPort(reference: String, host: String, port: Int, target: String) {
        let resolved = URIReference(reference, against: Self.base)
        #expect(resolved?.authority == URIReference.Authority(host: host, port: port))
        #expect(resolved?.target == target)
    }

    @Test(arguments: [
        "", "https://h/x", "ftp://h/x", "file:///etc/passwd", "data:text/plain,x", "javascript:x", "http:/h", "http:h",
        "http://", "http://user@h/x", "http://user:pass@h/x", "http://h:0/", "http://h:65536/", "http://h:1x/",
        "http://h:/", "http://[::1/x", "http://[h]/x", "http://h\\@x/", "a b", "a\tb", "ä", "a\"b", "http://h%2Fx/",
        "//h@127.0.0.1/", String(repeating: "a", count: 5000),
    ])
    func whatElseThereIsIsRefused(reference: String) {
        #expect(URIReference(reference, against: Self.base) == nil)
    }
}
