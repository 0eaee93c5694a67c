/// The head of an engine's answer to a playback request (RFC 9112, sections 2 and 4).
package struct ResponseHead: Equatable {
    /// A head larger than this many bytes is refused.
    static let maximumBytes = 16 << 10

    package let status: Int
    package let isChunked: Bool
    /// The announced length of the body, where there is one.
    package let contentLength: UInt64?

    /// Parses the head at the front of `bytes`.
    /// - Returns: nil while the head is not complete yet; otherwise the head and the number of bytes it takes.
    /// - Throws: a sentence that says what is wrong.
    package static func parse(_ bytes: UnsafeRawBufferPointer) throws(MalformedHead) -> (
        head: ResponseHead, length: Int
    )? {
        guard let length = endOfHead(bytes) else {
            if bytes.count >= maximumBytes { throw MalformedHead("the engine's answer has a head of over 16 KiB") }
            return nil
        }
        let lines = String(decoding: bytes[..<length], as: UTF8.self).split(whereSeparator: \.isNewline)
        let statusLine = (lines.first ?? "").split(separator: " ", maxSplits: 2)
        guard statusLine.count >= 2, statusLine[0].hasPrefix("HTTP/1."), let status = Int(statusLine[1]),
            (100...599).contains(status)
        else { throw MalformedHead("the engine's answer is not HTTP") }
        var isChunked = false
        var contentLength: UInt64?
        for line in lines.dropFirst() {
            let field = line.split(separator: ":", maxSplits: 1)
            guard field.count == 2 else { continue }
            let value = field[1].drop { $0 == " " || $0 == "\t" }.lowercased()
            switch field[0].lowercased() {
            case "transfer-encoding":
                guard value == "chunked" || value == "identity" else {
                    throw MalformedHead("the engine uses the transfer coding \"\(value)\"")
                }
                isChunked = value == "chunked"
            case "content-length":
                guard let length = Self.length(value), contentLength == nil || contentLength == length else {
                    throw MalformedHead("the engine's answer has no length that can be read")
                }
                contentLength = length
            // What else is wrong with an answer of another status matters less than the status.
            case "content-type" where status == 200:
                guard !value.hasPrefix("text/"), !value.hasPrefix("application/json") else {
                    throw MalformedHead("the engine answered with \"\(value.prefix(80))\" instead of a stream")
                }
            default: break
            }
        }
        return (
            ResponseHead(status: status, isChunked: isChunked, contentLength: isChunked ? nil : contentLength), length
        )
    }

    /// Digits and nothing else (RFC 9110, section 8.6).
    private static func length(_ text: String) -> UInt64? {
        var digits = text[...]
        while digits.last == " " || digits.last == "\t" { digits.removeLast() }
        return digits.utf8.allSatisfy { (0x30...0x39).contains($0) } ? UInt64(digits) : nil
    }

    /// The number of bytes up to and including the empty line.
    private static func endOfHead(_ bytes: UnsafeRawBufferPointer) -> Int? {
        var lineLength = 0
        for (index, byte) in bytes.enumerated() {
            switch byte {
            case UInt8(ascii: "\n"):
                if lineLength == 0, index > 1 { return index + 1 }
                lineLength = 0
            case UInt8(ascii: "\r"): break
            default: lineLength += 1
            }
        }
        return nil
    }
}

/// What is wrong with an answer's head, in one sentence.
package struct MalformedHead: Error, Equatable, CustomStringConvertible {
    package let description: String

    init(_ description: String) {
        self.description = description
    }
}
