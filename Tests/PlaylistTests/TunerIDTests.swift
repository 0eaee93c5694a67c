import Playlist
import Testing

@Suite struct TunerIDTests {
    @Test func aSeedAlwaysGivesTheSameValidID() {
        for seed in ["", "http://proxy:8080", "host:8080", "host:8081"] {
            let id = TunerID(seed: seed.utf8)
            #expect(TunerID(id.description) == id)
            #expect(id.description.hasPrefix("1"))
            #expect(id == TunerID(seed: seed.utf8))
        }
        #expect(TunerID(seed: "host:8080".utf8) != TunerID(seed: "host:8081".utf8))
    }

    /// By hand: the table makes 5 of the 1 and 10 of each of three zeros, and 5 ^ 10 ^ 10 ^ 10 is 15.
    @Test func theLastDigitIsTheChecksum() {
        #expect(TunerID("1000000F")?.value == 0x1000_000F)
        #expect(TunerID("1000000f")?.description == "1000000F")
        for digit in "0123456789ABCDE" { #expect(TunerID("1000000\(digit)") == nil) }
    }

    @Test(arguments: ["", "1000000", "1000000F0", "+000000F", "1000000G", "١٠٠٠"]) func otherTextIsNoID(text: String) {
        #expect(TunerID(text) == nil)
    }
}
