/// What a client asked to play.
struct ContentKey: Equatable, Sendable {
    /// The query item that named the content.
    var kind: String
    /// Its value.
    var value: String

    /// Query items that name content, in the order of precedence.
    private static let kinds = ["content_id", "id", "infohash", "url", "magnet"]

    /// The content that a query names; nil when it names none.
    init?(query: RequestTarget) {
        for kind in Self.kinds {
            guard let value = query[kind], !value.isEmpty else { continue }
            self.init(kind: kind == "id" ? "content_id" : kind, value: value)
            return
        }
        return nil
    }

    init(kind: String, value: String) {
        self.kind = kind
        self.value = value
    }

    /// 40 hexadecimal digits: the infohash itself, that of a magnet link, or one derived from the key, always the same
    /// for the same key.
    var infohash: String {
        switch kind {
        case "infohash": value.lowercased()
        case "magnet": Self.infohash(inMagnet: value.lowercased()) ?? Self.derivedInfohash(of: value)
        default: Self.derivedInfohash(of: value)
        }
    }

    private static func infohash(inMagnet link: String) -> String? {
        guard let topic = link.firstRange(of: "urn:btih:") else { return nil }
        let hash = link[topic.upperBound...].prefix { $0.isASCII && $0.isHexDigit }
        return hash.count == 40 ? String(hash) : nil
    }

    /// Whether one of `keys` means this content, by its own key or by its infohash.
    func matches(anyOf keys: Set<String>) -> Bool {
        guard !keys.isEmpty else { return false }
        return keys.contains(value) || keys.contains(infohash)
            || keys.contains { Self.derivedInfohash(of: $0) == infohash }
    }

    private static func derivedInfohash(of key: String) -> String {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in key.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        var generator = SeededGenerator(seed: hash)
        return generator.hexadecimal(40)
    }
}
