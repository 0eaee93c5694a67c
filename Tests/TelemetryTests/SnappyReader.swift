/// Reads snappy blocks that consist of literals, all forms of them.
enum SnappyReader {
    struct Malformed: Error {}

    static func decode(_ block: [UInt8]) throws -> [UInt8] {
        var position = 0
        func next() throws -> Int {
            guard position < block.count else { throw Malformed() }
            position += 1
            return Int(block[position - 1])
        }
        var length = 0
        var shift = 0
        while true {
            let byte = try next()
            length |= (byte & 0x7f) << shift
            shift += 7
            if byte < 0x80 { break }
        }
        var content: [UInt8] = []
        while position < block.count {
            let tag = try next()
            guard tag & 3 == 0 else { throw Malformed() }
            var size = tag >> 2
            if size >= 60 {
                let count = size - 59
                size = 0
                for index in 0..<count { size |= try next() << (8 * index) }
            }
            guard position + size + 1 <= block.count else { throw Malformed() }
            content += block[position..<position + size + 1]
            position += size + 1
        }
        guard content.count == length else { throw Malformed() }
        return content
    }
}
