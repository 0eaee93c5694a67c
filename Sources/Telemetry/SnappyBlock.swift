/// Snappy's block format (google/snappy, format_description.txt): the uncompressed length as a varint, then elements.
///
/// Only literals are written, so nothing gets smaller: the format is what receivers ask for, and a process's few
/// hundred series do not need more.
package enum SnappyBlock {
    /// The longest literal, so that its length fits the two-byte form.
    private static let literalLength = 65_536
    /// The tag of a literal whose length, less one, follows in two bytes.
    private static let literalTag = UInt8(61 << 2)

    /// A block that any decoder turns back into `content`.
    package static func encode(_ content: [UInt8]) -> [UInt8] {
        var block: [UInt8] = []
        block.reserveCapacity(content.count + 3 * (content.count / literalLength + 1) + 5)
        var length = UInt32(content.count)
        while length >= 0x80 {
            block.append(UInt8(truncatingIfNeeded: length) | 0x80)
            length >>= 7
        }
        block.append(UInt8(length))
        var start = 0
        while start < content.count {
            let end = min(start + literalLength, content.count)
            let last = end - start - 1
            block.append(literalTag)
            block.append(UInt8(truncatingIfNeeded: last))
            block.append(UInt8(last >> 8))
            block.append(contentsOf: content[start..<end])
            start = end
        }
        return block
    }
}
