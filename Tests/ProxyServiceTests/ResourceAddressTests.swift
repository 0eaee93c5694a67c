import Foundation
import ProxyService
import Testing

/// What the addresses in playlists repeat, so that balancers find the proxy that knows them.
@Suite struct ResourceAddressTests {
    private static let hash = "0123456789ABCDEF0123456789abcdef01234567"

    private func line(_ address: ResourceAddress) -> String {
        let template = PlaylistTemplate(
            "#EXTM3U\n#EXT-X-MAP:URI=\"\(PlaylistTemplate.place(of: "1.mp4"))\"\n"
                + "\(PlaylistTemplate.place(of: "2.ts"))\n",
            session: "S")
        let lines = String(decoding: template.bytes(for: address), as: UTF8.self).split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines[1] == "#EXT-X-MAP:URI=\"\(lines[2].replacing("2.ts", with: "1.mp4"))\"")
        return String(lines[2])
    }

    @Test(arguments: [
        ("id=abc", "?id=abc"), ("quality=2&id=abc&drop_null=1", "?id=abc"), ("content_id=abc", "?content_id=abc"),
        ("content_id=abc&id=abc", "?id=abc"), ("id=&infohash=abc", "?infohash=abc"),
        ("id=&content_id=a", "?content_id=a"),
        ("id=a&id=b", "?id=a"), ("id=a%2Fb+c", "?id=a%2Fb+c"), ("id=a\"b|c", "?id=a%22b%7Cc"), ("id=ä", "?id=%C3%A4"),
        ("url=http://host:1/x?y=1", "?url=http://host:1/x?y=1"), ("url=http%3A%2F%2Fhost", "?url=http%3A%2F%2Fhost"),
        ("", ""), ("x=1", ""), ("id=a&infohash=b", ""), ("id=%FF", ""),
        ("magnet=magnet:?xt=urn:btih:\(hash)&dn=x", "?magnet=magnet%3A%3Fxt%3Durn%3Abtih%3A\(hash)"),
        (
            "magnet=magnet%3A%3Fdn%3Dx%26xt%3Durn%3Abtih%3A\(hash)%26tr%3Dy",
            "?magnet=magnet%3A%3Fxt%3Durn%3Abtih%3A\(hash)"
        ),
        ("magnet=magnet:?xt=urn:btmh:12", "?magnet=magnet:?xt=urn:btmh:12"),
        ("id=" + String(repeating: "a", count: 2000), ""),
    ])
    func theParameterThatNamesTheContentIsRepeated(query: String, repeated: String) {
        #expect(line(ResourceAddress(query: query)) == "/ace/hls/S/2.ts\(repeated)")
    }

    @Test func aChannelsAddressesBeginAsItsOwn() throws {
        let session = String(repeating: "0a", count: 16)
        let address = ResourceAddress(channel: "/channels/Das%20Erste\"")
        #expect(line(address) == "/channels/Das%20Erste%22/hls/S/2.ts")
        let path = "/channels/Das%20Erste/hls/\(session)/2.ts"
        let resource = try #require(ResourceAddress.resource(path: path[...], query: "id=abc"))
        #expect(resource.session == session)
        #expect(resource.name == "2.ts")
        #expect(line(resource.address) == "/channels/Das%20Erste/hls/S/2.ts")
    }

    @Test(arguments: [
        "/ace/hls", "/ace/hls/x", "/channels/a/hls/x/2.ts", "/channels/hls/0123456789abcdef0123456789abcdef/2.ts",
        "/other/hls/0123456789abcdef0123456789abcdef/2.ts", "/ace/hls/x/y/z",
    ])
    func whatIsNoResourceNamesNone(path: String) {
        #expect(ResourceAddress.resource(path: path[...], query: "") == nil)
    }

    @Test func manyLongAddressesAreLeftShort() {
        let text = (0..<20_000).map { PlaylistTemplate.place(of: "\($0).ts") + "\n" }.joined()
        let template = PlaylistTemplate(text, session: "S")
        let long = ResourceAddress(query: "id=" + String(repeating: "a", count: 1000))
        #expect(template.bytes(for: long).count < 1 << 20)
        #expect(template.bytes(for: ResourceAddress(query: "id=a")).count > 20_000 * 20)
    }
}
