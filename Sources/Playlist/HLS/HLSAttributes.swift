/// The attribute list of an HLS tag (RFC 8216, section 4.2).
struct HLSAttributes {
    /// The attributes that are kept; others may say anything.
    private static let known: Set = [
        "ASSOC-LANGUAGE", "AUDIO", "AUTOSELECT", "AVERAGE-BANDWIDTH", "BANDWIDTH", "BYTERANGE", "CHANNELS",
        "CHARACTERISTICS", "CLOSED-CAPTIONS", "CODECS", "DEFAULT", "FORCED", "FRAME-RATE", "GROUP-ID", "HDCP-LEVEL",
        "INSTREAM-ID", "IV", "KEYFORMAT", "KEYFORMATVERSIONS", "LANGUAGE", "METHOD", "NAME", "PRECISE", "PROGRAM-ID",
        "RESOLUTION", "SUBTITLES", "TIME-OFFSET", "TYPE", "URI", "VIDEO", "VIDEO-RANGE",
    ]

    /// Names and values in their order, strings with their quotes.
    private(set) var pairs: [(name: String, value: String)] = []

    /// Nil when the text is no attribute list.
    init?(_ text: Substring) {
        var rest = text.utf8[...]
        while !rest.isEmpty {
            guard let equals = rest.firstIndex(of: UInt8(ascii: "=")), equals > rest.startIndex else { return nil }
            let name = rest[..<equals]
            guard name.allSatisfy(Self.isNameByte) else { return nil }
            rest = rest[equals...].dropFirst()
            let end: Substring.UTF8View.Index
            if rest.first == UInt8(ascii: "\"") {
                guard let quote = rest.dropFirst().firstIndex(of: UInt8(ascii: "\"")) else { return nil }
                end = rest.index(after: quote)
            } else {
                end = rest.firstIndex(of: UInt8(ascii: ",")) ?? rest.endIndex
            }
            pairs.append((String(Substring(name)), String(Substring(rest[..<end]))))
            rest = rest[end...]
            guard rest.isEmpty || rest.first == UInt8(ascii: ",") else { return nil }
            rest = rest.dropFirst()
            while rest.first == UInt8(ascii: " ") { rest = rest.dropFirst() }
        }
        pairs.removeAll { !Self.known.contains($0.name) || ($0.name != "URI" && $0.value.contains("://")) }
    }

    /// The value without its quotes.
    subscript(name: String) -> String? {
        guard let value = pairs.first(where: { $0.name == name })?.value else { return nil }
        return value.hasPrefix("\"") ? String(value.dropFirst().dropLast()) : value
    }

    /// The list without `omitted`.
    func text(without omitted: Set<String> = []) -> String {
        pairs.filter { !omitted.contains($0.name) }.map { "\($0.name)=\($0.value)" }.joined(separator: ",")
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
        default: false
        }
    }
}
