import ProxyService
import Testing

@Suite struct PublicAddressTests {
    @Test(arguments: [
        "proxy", "proxy:8080", "10.0.0.1:80", "my-proxy.example.org", "a_b:1", "[::1]", "[fe80::1]:65535",
    ])
    func hostsAreTaken(host: String) {
        #expect(PublicAddress.url(host: host) == "http://\(host)")
    }

    @Test(arguments: [
        "", ":80", "a:", "a:0", "a:65536", "a:1:2", "a b", "a/b", "a@b", "a\"b", "a<b", "a&b", "a?b", "a#b", "a\\b",
        "::1", "[]", "[a]", "[::1", "[::1]x", "[::1%25eth0]", "a%20b", "ä", "a:8080/evil", "a,b",
        String(repeating: "a", count: 256),
    ])
    func anythingElseIsRefused(host: String) {
        #expect(PublicAddress.url(host: host) == nil)
    }
}
