import Testing
import TransportStream

@Suite struct SynchronizerTests {
    private func alignment(_ bytes: [UInt8]) -> Int? { bytes.withUnsafeBytes { Synchronizer.alignment(of: $0) } }

    @Test(arguments: [0, 1, 100, 187, 500]) func packetsAfterGarbageAreFound(offset: Int) {
        let stream = SyntheticStream.recording(pictures: 5).bytes
        #expect(alignment([UInt8](repeating: 0x11, count: offset) + stream) == offset)
    }

    @Test func aSyncByteInThePayloadDoesNotDeceive() {
        var stream = SyntheticStream()
        for _ in 0..<3 { stream.addNull() }
        stream.bytes[5] = 0x47
        stream.bytes[193] = 0x47
        #expect(alignment(Array(stream.bytes.dropFirst(3))) == 185)
        #expect(alignment(stream.bytes) == 0)
    }

    @Test func otherDataIsRefused() {
        #expect(alignment([]) == nil)
        #expect(alignment([UInt8](repeating: 0x47, count: 188)) == nil)
        #expect(alignment(Array("<html>".utf8) + [UInt8](repeating: 0x20, count: 4000)) == nil)
    }

    @Test func twoPacketsAreEnoughWhenThereAreNoMore() {
        var stream = SyntheticStream()
        stream.addNull()
        stream.addNull()
        #expect(alignment(stream.bytes) == 0)
    }
}
