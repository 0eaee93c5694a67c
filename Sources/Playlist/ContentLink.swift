public import Fleet

/// The links by which playlists name AceStream contents.
///
/// | link | content |
/// |---|---|
/// | `acestream://ID` | content id |
/// | `acestream:?content_id=ID`, `acestream:?infohash=HASH` | content id, infohash |
/// | `infohash://HASH` | infohash |
/// | `magnet:?…` | magnet |
/// | `http://ANY/ace/getstream?…`, `…/ace/manifest.m3u8?…` | its `id`, `content_id`, `infohash`, `url`, `magnet` |
/// | `http://ANY/….acelive`, `.acemedia`, `.torrent` | url |
public enum ContentLink: Sendable, Hashable {
    case content(ContentKey)
    /// A link to something else, which no engine can play.
    case foreign
    /// Meant to name a content and does not; with the reason.
    case broken(String)
    /// No link at all.
    case none

    private static let maximumLength = 8192

    /// Reads a line.
    public init(_ text: some StringProtocol) {
        let text = String(text)
        guard let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")) else {
            self = .none
            return
        }
        let scheme = text[..<colon].lowercased()
        let rest = text[text.utf8.index(after: colon)...]
        switch scheme {
        case "acestream" where rest.hasPrefix("?"): self = Self.query(rest.dropFirst())
        case "acestream": self = Self.authority(rest, kind: .contentID)
        case "infohash": self = Self.authority(rest, kind: .infohash)
        case "magnet": self = Self.checked(.magnet, text)
        case "http", "https": self = Self.web(text, rest)
        default: self = Self.isScheme(scheme) && rest.hasPrefix("//") ? .foreign : .none
        }
    }

    /// What is wrong with a content's name, if anything: an id and an infohash are 1 to 128 letters, digits, `-`, `.`,
    /// `_` and `~`; a magnet begins with `magnet:?`, a URL with `http://` or `https://`, both visible ASCII.
    public static func problem(of content: ContentKey) -> String? {
        let value = content.value
        switch content.kind {
        case .contentID, .infohash:
            let isSound = (1...128).contains(value.utf8.count) && value.utf8.allSatisfy(PercentEncoding.isUnreserved)
            return isSound
                ? nil : "\(content.kind == .infohash ? "an infohash" : "an id") is 1 to 128 letters and digits"
        case .magnet:
            guard value.lowercased().hasPrefix("magnet:?") else { return "a magnet link begins with magnet:?" }
        case .url:
            let start = value.prefix(8).lowercased()
            guard start.hasPrefix("http://") || start == "https://" else {
                return "a URL begins with http:// or https://"
            }
        }
        guard PlaylistText.isVisibleASCII(value) else { return "a URL or magnet link is visible ASCII" }
        return value.utf8.count <= maximumLength ? nil : "a URL or magnet link has at most \(maximumLength) bytes"
    }

    /// A link that ``init(_:)`` reads as `content`.
    public static func text(of content: ContentKey) -> String {
        switch content.kind {
        case .contentID: "acestream://\(content.value)"
        case .infohash: "infohash://\(content.value)"
        case .magnet: content.value
        case .url: "http://127.0.0.1:6878/ace/getstream?url=\(PercentEncoding.encode(content.value))"
        }
    }

    private static func checked(_ kind: ContentKey.Kind, _ value: String) -> ContentLink {
        let content = ContentKey(kind: kind, value: value)
        return problem(of: content).map(ContentLink.broken) ?? .content(content)
    }

    /// `//VALUE`, with whatever a player may have added behind it.
    private static func authority(_ rest: Substring, kind: ContentKey.Kind) -> ContentLink {
        guard rest.hasPrefix("//") else { return .broken("// is missing behind the scheme") }
        let value = rest.dropFirst(2).prefix { $0 != "?" && $0 != "/" && $0 != "#" }
        return checked(kind, String(value))
    }

    private static func web(_ text: String, _ rest: Substring) -> ContentLink {
        guard rest.hasPrefix("//") else { return .broken("// is missing behind the scheme") }
        let afterHost = rest.dropFirst(2).drop { $0 != "/" && $0 != "?" && $0 != "#" }
        let path = afterHost.prefix { $0 != "?" && $0 != "#" }
        if path.hasSuffix("/ace/getstream") || path.hasSuffix("/ace/getstream/") || path.hasSuffix("/ace/manifest.m3u8")
        {
            let query = afterHost.dropFirst(path.count).prefix { $0 != "#" }
            return self.query(query.dropFirst())
        }
        let isDescription = [".acelive", ".acemedia", ".torrent"].contains { path.lowercased().hasSuffix($0) }
        return isDescription ? checked(.url, text) : .foreign
    }

    private static func query(_ query: Substring) -> ContentLink {
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else { continue }
            let kind: ContentKey.Kind? = parts[0] == "id" ? .contentID : ContentKey.Kind(rawValue: String(parts[0]))
            guard let kind else { continue }
            guard let value = PercentEncoding.decode(parts[1], plusIsSpace: false) else {
                return .broken("the value of \(parts[0]) is not percent-encoded UTF-8")
            }
            return checked(kind, value)
        }
        return .broken("it names no id, infohash, url or magnet")
    }

    /// RFC 3986, section 3.1.
    private static func isScheme(_ text: String) -> Bool {
        guard let first = text.utf8.first, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first) else { return false }
        return text.utf8.allSatisfy {
            ($0 != UInt8(ascii: "_") && $0 != UInt8(ascii: "~") && PercentEncoding.isUnreserved($0))
                || $0 == UInt8(ascii: "+")
        }
    }
}
