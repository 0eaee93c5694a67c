import ProxyService
import Testing

@Suite struct ChunkedDecoderTests {
    /// Decodes `input` in pieces of `step` bytes.
    private func decode(_ input: String, step: Int) throws -> (text: String, isAtEnd: Bool) {
        var decoder = ChunkedDecoder()
        var output: [UInt8] = []
        let bytes = Array(input.utf8)
        for start in stride(from: 0, to: bytes.count, by: step) {
            var piece = Array(bytes[start..<min(start + step, bytes.count)])
            let count = try piece.withUnsafeMutableBytes { try decoder.decode($0) }
            output += piece[..<count]
        }
        return (String(decoding: output, as: UTF8.self), decoder.isAtEnd)
    }

    @Test(arguments: 1...40)
    func payloadIsTheSameHoweverTheBytesArrive(step: Int) throws {
        let framed = "5\r\nhello\r\n1;name=value\r\n \r\nC\r\nwide world!!\r\n0\r\nTrailer: x\r\n\r\n"
        let result = try decode(framed, step: step)
        #expect(result.text == "hello wide world!!")
        #expect(result.isAtEnd)
    }

    @Test(arguments: ["x\r\n", "\r\n", "5\rhello", "5\r\nhelloX", "123456789\r\n", "3\r\nabc\n", "0\r\n\r\nmore"])
    func brokenFramingIsRefused(framed: String) {
        #expect(throws: ChunkedDecoder.Failure.malformed) { try decode(framed, step: 3) }
    }
}
