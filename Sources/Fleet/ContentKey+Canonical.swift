extension ContentKey {
    /// The one spelling of this name that all its spellings share: hashes in lower case, a magnet link by the infohash
    /// it carries (`xt=urn:btih:…`, BEP 9, in hexadecimal or base32). Other names are their own canonical spelling.
    public var canonical: ContentKey {
        switch kind {
        case .contentID, .infohash:
            return ContentKey(kind: kind, value: Self.isHash(value) ? value.lowercased() : value)
        case .magnet:
            return Self.infohash(inMagnet: value).map { ContentKey(kind: .infohash, value: $0) } ?? self
        case .url:
            return self
        }
    }

    /// The key of an infohash; nil when `text` is not 40 hexadecimal digits.
    public static func infohash(_ text: String) -> ContentKey? {
        isHash(text) ? ContentKey(kind: .infohash, value: text.lowercased()) : nil
    }

    private static func isHash(_ text: String) -> Bool {
        text.utf8.count == 40 && text.allSatisfy { $0.isASCII && $0.isHexDigit }
    }

    private static func infohash(inMagnet link: String) -> String? {
        guard let query = link.firstIndex(of: "?") else { return nil }
        for field in link[link.index(after: query)...].split(separator: "&") {
            guard let sign = field.firstIndex(of: "=") else { continue }
            let name = field[..<sign].lowercased()
            guard name == "xt" || name.hasPrefix("xt.") else { continue }
            let topic = field[field.index(after: sign)...].lowercased().replacing("%3a", with: ":")
            let scheme = "urn:btih:"
            guard topic.hasPrefix(scheme) else { continue }
            let hash = String(topic.dropFirst(scheme.count))
            if isHash(hash) { return hash }
            if let hash = hexadecimal(base32: hash) { return hash }
        }
        return nil
    }

    /// 32 digits of base32 (RFC 4648, section 6; already in lower case) as 40 hexadecimal digits.
    private static func hexadecimal(base32 text: String) -> String? {
        guard text.utf8.count == 32 else { return nil }
        var result = ""
        var bits: UInt32 = 0
        var bitCount = 0
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"): bits = bits << 5 | UInt32(byte - UInt8(ascii: "a"))
            case UInt8(ascii: "2")...UInt8(ascii: "7"): bits = bits << 5 | UInt32(byte - UInt8(ascii: "2") + 26)
            default: return nil
            }
            bitCount += 5
            while bitCount >= 4 {
                bitCount -= 4
                result += String(bits >> UInt32(bitCount) & 0xF, radix: 16)
            }
            bits &= 0xF
        }
        return result
    }
}
