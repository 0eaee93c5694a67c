import Fleet
import Testing

@Suite struct ContentKeyTests {
    static let hash = "00443214c74254b635cf84653a56d7c675be77df"

    @Test(arguments: [
        "magnet:?xt=urn:btih:00443214C74254B635CF84653A56D7C675BE77DF",
        "magnet:?dn=a&xt=urn:btih:00443214c74254b635cf84653a56d7c675be77df&tr=udp://t",
        "magnet:?xt=urn:btih:ABCDEFGHIJKLMNOPQRSTUVWXYZ234567",
        "magnet:?xt=urn%3Abtih%3Aabcdefghijklmnopqrstuvwxyz234567",
        "magnet:?xt.1=urn:btmh:1220ff&xt.2=urn:btih:abcdefghijklmnopqrstuvwxyz234567",
    ])
    func aMagnetLinkIsKnownByItsInfohash(link: String) {
        #expect(
            ContentKey(kind: .magnet, value: link).canonical == ContentKey(kind: .infohash, value: Self.hash))
    }

    @Test(arguments: [
        "magnet:?dn=a", "magnet:?xt=urn:btih:abc", "magnet:?xt=urn:btih:ABCDEFGHIJKLMNOPQRSTUVWXYZ234561",
        "magnet:?xt=urn:btmh:1220ff", "magnet:", "",
    ])
    func aMagnetLinkWithoutInfohashIsItsOwnName(link: String) {
        let key = ContentKey(kind: .magnet, value: link)
        #expect(key.canonical == key)
    }

    @Test func hashesAreTheSameInBothCasesAndNothingElseIs() {
        for kind in [ContentKey.Kind.contentID, .infohash] {
            #expect(ContentKey(kind: kind, value: Self.hash.uppercased()).canonical.value == Self.hash)
            #expect(ContentKey(kind: kind, value: "ABC").canonical.value == "ABC")
        }
        #expect(ContentKey(kind: .url, value: Self.hash.uppercased()).canonical.value == Self.hash.uppercased())
        #expect(ContentKey.infohash(Self.hash.uppercased())?.value == Self.hash)
        #expect(ContentKey.infohash("abc") == nil)
    }
}
