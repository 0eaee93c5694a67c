/// Keeps secrets out of what is logged.
///
/// Works on names, not on guesses about values: whatever a name such as `token`, `api_key` or `Authorization` is given
/// to, and whatever follows `Bearer`, is replaced. It rather hides too much than too little.
enum Redaction {
    static let mark = Array("[redacted]".utf8)

    private static let secretNames = [
        "authorization", "api_key", "apikey", "bearer", "cookie", "credential", "passwd", "password", "secret", "token",
    ].map { Array($0.utf8) }

    /// Whether the name is, or has as a part, that of a secret, in any case, with dashes or underscores.
    static func isSecret(_ name: some Collection<UInt8>) -> Bool {
        let plain = name.map { $0 == UInt8(ascii: "-") ? UInt8(ascii: "_") : $0.lowercased }
        return secretNames.contains { secret in
            plain.count >= secret.count
                && (0...plain.count - secret.count).contains { plain[$0..<$0 + secret.count].elementsEqual(secret) }
        }
    }

    /// The text with the values of `secret=…` (as in a query), `Secret: …` (as in a header or in JSON), `Bearer …` and
    /// a URL's user and password replaced. Valid UTF-8 stays valid.
    static func redacted(_ text: some Collection<UInt8>) -> [UInt8] {
        let text = Array(text)
        var output: [UInt8] = []
        output.reserveCapacity(text.count)
        var position = 0
        var nameStart = 0
        while position < text.count {
            if text[position].isNamePart {
                output.append(text[position])
                position += 1
                continue
            }
            if position > nameStart, let hidden = hiddenRange(after: nameStart..<position, in: text) {
                output += text[position..<hidden.lowerBound]
                output += mark
                position = hidden.upperBound
            } else {
                output.append(text[position])
                position += 1
            }
            nameStart = position
        }
        return output
    }

    /// What must not be shown behind a name, if anything.
    private static func hiddenRange(after name: Range<Int>, in text: [UInt8]) -> Range<Int>? {
        let rest = text[name.upperBound...]
        if let separator = rest.firstIndex(where: { !$0.isSpaceOrQuote }),
            text[separator] == UInt8(ascii: "=") || text[separator] == UInt8(ascii: ":"), isSecret(text[name])
        {
            return value(behind: separator, in: text)
        }
        if let next = rest.first, next.isBlank, text[name].lazy.map(\.lowercased).elementsEqual("bearer".utf8) {
            let start = rest.firstIndex { !$0.isBlank } ?? text.count
            return nonEmpty(start, text[start...].firstIndex { $0.isSpaceOrQuote || $0 == UInt8(ascii: ",") }, text)
        }
        if rest.starts(with: "://".utf8) {
            let authority = name.upperBound + 3
            let end = text[authority...].firstIndex { $0.isSpaceOrQuote || "/?#".utf8.contains($0) } ?? text.count
            return text[authority..<end].lastIndex(of: UInt8(ascii: "@")).map { authority..<$0 }
        }
        return nil
    }

    private static func value(behind separator: Int, in text: [UInt8]) -> Range<Int>? {
        let start = text[(separator + 1)...].firstIndex { !$0.isSpaceOrQuote } ?? text.count
        let opening = text[(separator + 1)..<start]
        if let quote = opening.last(where: { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'") }) {
            // A quote behind a backslash belongs to the value, unless the opening one stood behind one too.
            let isEscaped = opening.contains(UInt8(ascii: "\\"))
            var end = start
            while end < text.count, text[end] != quote {
                end += !isEscaped && text[end] == UInt8(ascii: "\\") ? 2 : 1
            }
            return nonEmpty(start, min(end, text.count), text)
        }
        let isQuery = text[separator] == UInt8(ascii: "=")
        let end = text[start...].firstIndex { byte in
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\n"), UInt8(ascii: "\r"): true
            case UInt8(ascii: "&"), UInt8(ascii: "#"), UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "'"): isQuery
            case UInt8(ascii: ","), UInt8(ascii: "}"): !isQuery
            default: false
            }
        }
        return nonEmpty(start, end, text)
    }

    private static func nonEmpty(_ start: Int, _ end: Int?, _ text: [UInt8]) -> Range<Int>? {
        let end = end ?? text.count
        return start < end ? start..<end : nil
    }
}

extension UInt8 {
    fileprivate var lowercased: UInt8 { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self }

    fileprivate var isNamePart: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "%"):
            true
        default: false
        }
    }

    fileprivate var isBlank: Bool { self == UInt8(ascii: " ") || self == UInt8(ascii: "\t") }

    fileprivate var isSpaceOrQuote: Bool {
        switch self {
        case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"), UInt8(ascii: "\""),
            UInt8(ascii: "'"), UInt8(ascii: "\\"):
            true
        default: false
        }
    }
}
