import Fleet

/// A URI reference resolved against the address of the playlist it stands in (RFC 3986, section 5.2).
public struct URIReference: Sendable, Hashable {
    /// Host and port of an `http` URI.
    public struct Authority: Sendable, Hashable {
        /// In lower case, an IPv6 address without its brackets.
        public var host: String
        public var port: Int

        public init(host: String, port: Int) {
            self.host = host.lowercased()
            self.port = port
        }

        /// Reads `host[:port]`; nil when there is more to it, such as a user name.
        public init?(_ text: some StringProtocol) {
            let host: Substring
            let rest: Substring
            let text = Substring(text)
            if text.hasPrefix("[") {
                guard let end = text.firstIndex(of: "]") else { return nil }
                host = text[..<end].dropFirst()
                rest = text[end...].dropFirst()
                guard host.contains(":"), host.utf8.allSatisfy(Self.isAddressByte) else { return nil }
            } else {
                host = text.prefix { $0 != ":" }
                rest = text[host.endIndex...]
                guard !host.isEmpty, host.utf8.allSatisfy(Self.isNameByte) else { return nil }
            }
            var port = 80
            if !rest.isEmpty {
                let digits = rest.dropFirst()
                guard rest.hasPrefix(":"), digits.utf8.count <= 5,
                    digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                    let number = Int(digits), (1...65_535).contains(number)
                else { return nil }
                port = number
            }
            self.init(host: String(host), port: port)
        }

        private static func isNameByte(_ byte: UInt8) -> Bool {
            PercentEncoding.isUnreserved(byte)
        }

        private static func isAddressByte(_ byte: UInt8) -> Bool {
            switch byte {
            case 0x30...0x3A, UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"),
                UInt8(ascii: "."):
                true
            default: false
            }
        }
    }

    private static let maximumLength = 4096

    /// nil: the server that the playlist came from.
    public var authority: Authority?
    /// Path and query, from the slash on, without dot segments and without a fragment.
    public var target: String

    /// - Parameters:
    ///   - reference: what the playlist says.
    ///   - base: path and query of the playlist.
    /// - Returns: nil for any scheme but `http`, for what is too long, and for what a request line cannot carry.
    public init?(_ reference: String, against base: String) {
        guard !reference.isEmpty, reference.utf8.count <= Self.maximumLength, PlaylistText.isVisibleASCII(reference),
            !reference.utf8.contains(where: { [UInt8(ascii: "\\"), UInt8(ascii: "\"")].contains($0) })
        else { return nil }
        var rest = reference.prefix { $0 != "#" }
        if let end = rest.firstIndex(where: { ":/?".contains($0) }), rest[end] == ":" {
            guard rest[..<end].lowercased() == "http", rest[end...].hasPrefix("://") else { return nil }
            rest = rest[end...].dropFirst()
        }
        if rest.hasPrefix("//") {
            let name = rest.dropFirst(2).prefix { $0 != "/" && $0 != "?" }
            guard let authority = Authority(name) else { return nil }
            self.authority = authority
            rest = rest[name.endIndex...]
            if !rest.hasPrefix("/") { rest = "/" + rest }
        }
        let path = rest.prefix { $0 != "?" }
        let query = rest[path.endIndex...]
        let basePath = base.prefix { $0 != "?" }
        switch path.first {
        case "/": target = Self.withoutDots(path) + query
        case nil: target = query.isEmpty ? base : String(basePath + query)
        default:
            let folder = basePath.lastIndex(of: "/").map { basePath[...$0] } ?? "/"
            target = Self.withoutDots(folder + path) + query
        }
    }

    /// Removes dot segments (RFC 3986, section 5.2.4).
    private static func withoutDots(_ path: Substring) -> String {
        var kept: [Substring] = []
        let segments = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        for (index, segment) in segments.enumerated() {
            let isLast = index == segments.count - 1
            switch segment {
            case ".": if isLast { kept.append("") }
            case "..":
                _ = kept.popLast()
                if isLast { kept.append("") }
            default: kept.append(segment)
            }
        }
        return "/" + kept.joined(separator: "/")
    }
}
