/// How the chunked transfer coding delimits a chunk (RFC 9112, section 7.1).
enum ChunkFraming {
    static let lineBreak: [UInt8] = [UInt8(ascii: "\r"), UInt8(ascii: "\n")]
    /// Sixteen digits and a line break.
    static let maximumHeaderLength = 18

    /// Writes what comes before a chunk of `count` bytes and returns its length.
    static func writeHeader(of count: Int, to memory: UnsafeMutableRawBufferPointer) -> Int {
        var shift = max(0, (Int.bitWidth - count.leadingZeroBitCount - 1) / 4 * 4)
        var length = 0
        while shift >= 0 {
            let digit = UInt8(truncatingIfNeeded: count >> shift & 0xf)
            memory[length] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
            length += 1
            shift -= 4
        }
        for byte in lineBreak {
            memory[length] = byte
            length += 1
        }
        return length
    }

    /// What comes before a chunk of `count` bytes.
    static func header(of count: Int) -> [UInt8] {
        Array(unsafeUninitializedCapacity: maximumHeaderLength) { memory, length in
            length = writeHeader(of: count, to: UnsafeMutableRawBufferPointer(memory))
        }
    }
}
