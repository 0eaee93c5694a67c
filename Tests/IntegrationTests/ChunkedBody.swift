/// Takes the framing off a body with `Transfer-Encoding: chunked`.
struct ChunkedBody {
    private enum Phase { case size, data, lineBreak }

    private var phase = Phase.size
    private var line: [UInt8] = []
    private var remaining = 0
    /// Whether the last chunk has come.
    private(set) var isComplete = false
    /// Whether a chunk's size was none.
    private(set) var isMalformed = false

    /// Hands every run of payload bytes to `use`.
    mutating func feed(_ bytes: UnsafeRawBufferPointer, _ use: (UnsafeRawBufferPointer) -> Void) {
        var offset = 0
        while offset < bytes.count, !isComplete, !isMalformed {
            switch phase {
            case .data:
                let end = min(bytes.count, offset + remaining)
                use(UnsafeRawBufferPointer(rebasing: bytes[offset..<end]))
                remaining -= end - offset
                offset = end
                if remaining == 0 { phase = .lineBreak }
            case .lineBreak:
                if bytes[offset] == UInt8(ascii: "\n") { phase = .size }
                offset += 1
            case .size:
                if bytes[offset] == UInt8(ascii: "\n") { readSize() } else { line.append(bytes[offset]) }
                offset += 1
            }
        }
    }

    private mutating func readSize() {
        let text = String(decoding: line, as: UTF8.self).prefix { $0.isHexDigit }
        line.removeAll()
        guard let size = Int(text, radix: 16) else {
            isMalformed = true
            return
        }
        remaining = size
        isComplete = size == 0
        phase = .data
    }
}
