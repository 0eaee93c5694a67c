import NIOHTTP1
import ProxyService
import Settings
import Testing

@Suite struct ClientAddressTests {
    private func client(_ fields: [(String, String)], peer: String = "10.0.0.1") throws -> String {
        let trusted = ["10.0.0.0/8", "fd00::/8"].compactMap { IPNetwork($0) }
        let peer = try #require(IPAddress(peer))
        return ClientAddress(trusted: trusted).client(of: HTTPHeaders(fields), peer: peer).description
    }

    @Test(arguments: [
        ("203.0.113.7", "203.0.113.7"), ("198.51.100.1, 203.0.113.7", "203.0.113.7"),
        ("203.0.113.7, 10.1.2.3", "203.0.113.7"), ("203.0.113.7:4711, 10.1.2.3", "203.0.113.7"),
        ("evil, 203.0.113.7 ,10.1.2.3", "203.0.113.7"), ("10.9.9.9, 10.1.2.3", "10.9.9.9"),
        ("203.0.113.7, unknown, 10.1.2.3", "10.1.2.3"), ("nonsense", "10.0.0.1"),
        ("2001:db8::7, fd00::1", "2001:db8::7"),
        ("[2001:db8::7]:443", "2001:db8::7"), ("::ffff:203.0.113.7", "203.0.113.7"), (",", "10.0.0.1"),
    ])
    func theRightmostAddressThatIsNotTrustedWins(header: String, expected: String) throws {
        #expect(try client([("X-Forwarded-For", header)]) == expected)
    }

    @Test(arguments: [
        ("for=203.0.113.7", "203.0.113.7"), ("for=\"[2001:db8:cafe::17]:4711\";proto=http", "2001:db8:cafe::17"),
        ("for=198.51.100.1, proto=https; For=203.0.113.7;by=10.0.0.1", "203.0.113.7"),
        ("for=203.0.113.7, for=_hidden", "10.0.0.1"), ("for=\"1.2.3.4, for=5.6.7.8\"", "10.0.0.1"),
    ])
    func theStandardHeaderIsReadTheSameWay(header: String, expected: String) throws {
        #expect(try client([("Forwarded", header)]) == expected)
    }

    @Test func severalLinesAreOneList() throws {
        #expect(
            try client([("X-Forwarded-For", "198.51.100.1"), ("X-Forwarded-For", "203.0.113.7")]) == "203.0.113.7")
    }

    @Test func headersThatContradictEachOtherCountForNothing() throws {
        let real = ("X-Forwarded-For", "203.0.113.7")
        #expect(try client([real, ("Forwarded", "for=203.0.113.7")]) == "203.0.113.7")
        #expect(try client([real, ("Forwarded", "for=198.51.100.1")]) == "10.0.0.1")
    }

    @Test func aPeerThatIsNotTrustedSpeaksForItselfAlone() throws {
        #expect(try client([("X-Forwarded-For", "203.0.113.7")], peer: "192.0.2.1") == "192.0.2.1")
        #expect(try client([("Forwarded", "for=203.0.113.7")], peer: "2001:db8::1") == "2001:db8::1")
    }
}
