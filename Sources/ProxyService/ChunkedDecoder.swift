import Fleet

/// Takes the framing of the chunked transfer coding (RFC 9112, section 7.1) off a stream, in place.
package struct ChunkedDecoder {
    package enum Failure: Error {
        /// The framing is broken.
        case malformed
    }

    private enum State {
        case size
        case sizeExtension
        case sizeLineFeed
        case data
        case dataCarriageReturn
        case dataLineFeed
        case trailer(lineLength: Int)
        case end
    }

    private var state = State.size
    private var remaining: UInt64 = 0
    private var digits = 0

    package init() {}

    /// Whether the last chunk has been read.
    package var isAtEnd: Bool {
        if case .end = state { true } else { false }
    }

    /// Moves the payload in `bytes` to their front.
    /// - Returns: how many payload bytes there are.
    package mutating func decode(_ bytes: UnsafeMutableRawBufferPointer) throws(Failure) -> Int {
        var input = 0
        var output = 0
        while input < bytes.count {
            if case .data = state {
                let count = Int(min(remaining, UInt64(bytes.count - input)))
                if input != output {
                    bytes.baseAddress.map { ($0 + output).copyMemory(from: $0 + input, byteCount: count) }
                }
                input += count
                output += count
                remaining -= UInt64(count)
                if remaining == 0 { state = .dataCarriageReturn }
            } else {
                try step(bytes[input])
                input += 1
            }
        }
        return output
    }

    private mutating func step(_ byte: UInt8) throws(Failure) {
        switch state {
        case .size:
            if let digit = PercentEncoding.hexDigit(byte) {
                guard digits < 8 else { throw .malformed }
                remaining = remaining << 4 | UInt64(digit)
                digits += 1
            } else {
                guard digits > 0 else { throw .malformed }
                switch byte {
                case UInt8(ascii: "\r"): state = .sizeLineFeed
                case UInt8(ascii: ";"), UInt8(ascii: " "), UInt8(ascii: "\t"): state = .sizeExtension
                default: throw .malformed
                }
            }
        case .sizeExtension:
            if byte == UInt8(ascii: "\r") { state = .sizeLineFeed }
        case .sizeLineFeed:
            guard byte == UInt8(ascii: "\n") else { throw .malformed }
            state = remaining > 0 ? .data : .trailer(lineLength: 0)
            digits = 0
        case .data, .end:
            throw .malformed
        case .dataCarriageReturn:
            guard byte == UInt8(ascii: "\r") else { throw .malformed }
            state = .dataLineFeed
        case .dataLineFeed:
            guard byte == UInt8(ascii: "\n") else { throw .malformed }
            state = .size
        case .trailer(let length):
            switch byte {
            case UInt8(ascii: "\n"): state = length == 0 ? .end : .trailer(lineLength: 0)
            case UInt8(ascii: "\r"): break
            default:
                guard length < 8192 else { throw .malformed }
                state = .trailer(lineLength: length + 1)
            }
        }
    }
}
