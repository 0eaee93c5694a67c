import Fleet

/// Reads `name="value"` pairs, as `#EXTM3U` and `#EXTINF` lines have them. Values may also stand between single quotes
/// or without any; what is no pair is left out.
struct AttributeScanner {
    /// A quoted value that the line ends in.
    struct UnclosedQuote: Error {
        let name: String
    }

    private(set) var rest: Substring.UTF8View

    init(_ text: Substring) {
        rest = text.utf8
    }

    /// Reads the pairs up to the end or, if told so, up to and including the first comma outside quotes.
    /// - Returns: the pairs, and whether a comma ended them.
    mutating func scan(endsAtComma: Bool) throws(UnclosedQuote) -> (pairs: [Channel.Attribute], sawComma: Bool) {
        let comma = UInt8(ascii: ",")
        let equals = UInt8(ascii: "=")
        var pairs: [Channel.Attribute] = []
        while let byte = rest.first {
            if Self.isSpace(byte) {
                rest.removeFirst()
                continue
            }
            if byte == comma, endsAtComma {
                rest.removeFirst()
                return (pairs, true)
            }
            let name = text { $0 == equals || Self.isSpace($0) || ($0 == comma && endsAtComma) }
            guard rest.first == equals else { continue }
            rest.removeFirst()
            let value = try value(of: name, endsAtComma: endsAtComma)
            guard Self.isName(name), let value = PlaylistText.clean(value) else { continue }
            pairs.append(Channel.Attribute(name: name, value: value))
        }
        return (pairs, false)
    }

    private mutating func value(of name: String, endsAtComma: Bool) throws(UnclosedQuote) -> String {
        guard let quote = rest.first, quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else {
            return text { Self.isSpace($0) || ($0 == UInt8(ascii: ",") && endsAtComma) }
        }
        rest.removeFirst()
        let value = text { $0 == quote }
        guard rest.popFirst() != nil else { throw UnclosedQuote(name: name) }
        return value
    }

    private mutating func text(until isEnd: (UInt8) -> Bool) -> String {
        let end = rest.firstIndex(where: isEnd) ?? rest.endIndex
        defer { rest = rest[end...] }
        return String(Substring(rest[..<end]))
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { PercentEncoding.isUnreserved($0) || $0 == UInt8(ascii: ":") }
    }
}
