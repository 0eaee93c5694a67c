/// How the addresses of segments and nested playlists begin and end for one player. They repeat what the player has
/// named the content by, so that a balancer that goes by it finds the proxy that knows them.
package struct ResourceAddress: Sendable, Hashable {
    /// A longer parameter is not repeated: it stands once for each segment.
    private static let maximumLength = 1024
    private static let channelPrefix = "/channels/"
    private static let folder = "/hls"

    /// What comes before the session.
    let base: String
    /// Empty, or a question mark and a parameter.
    let query: String

    private init(base: String, query: String) {
        self.base = base
        self.query = query
    }

    /// For a player that has named the content in a query: its parameter stays as it is.
    /// - Parameter query: what follows the `?`, without it.
    package init(query: some StringProtocol) {
        let parameter = StreamRequest.parameterNamingContent(in: query)
        self.init(
            base: ProxyRoutes.hlsPrefix,
            query: parameter.flatMap { $0.utf8.count <= Self.maximumLength ? "?\($0)" : nil } ?? "")
    }

    /// For a player that has asked for a channel.
    /// - Parameter path: the request's path.
    package init(channel path: some StringProtocol) {
        self.init(base: Self.escaped(path) + Self.folder, query: "")
    }

    /// What a request for a segment or nested playlist names, and the address that the playlist goes on with.
    package static func resource(
        path: Substring, query: Substring
    ) -> (address: ResourceAddress, session: Substring, name: Substring)? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 3 else { return nil }
        let session = parts[parts.count - 2]
        let name = parts[parts.count - 1]
        let base = parts.dropLast(2).joined(separator: "/")
        if base == ProxyRoutes.hlsPrefix { return (ResourceAddress(query: query), session, name) }
        guard isChannelResource(path: path) else { return nil }
        return (ResourceAddress(base: escaped(base), query: ""), session, name)
    }

    /// Whether a path is that of a channel's segment or nested playlist, and not that of a channel.
    static func isChannelResource(path: some StringProtocol) -> Bool {
        guard path.hasPrefix(channelPrefix) else { return false }
        let parts = path.dropFirst(channelPrefix.count).split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 4 else { return false }
        let session = parts[parts.count - 2]
        return parts[parts.count - 3] == "hls" && session.utf8.count == 32 && session.allSatisfy(\.isHexDigit)
    }

    /// The address of a resource.
    func address(session: String, name: String) -> String { "\(base)/\(session)/\(name)\(query)" }

    /// With percent signs in place of what may not stand in a URI or in a playlist's attribute; what is encoded already
    /// stays.
    static func escaped(_ text: some StringProtocol) -> String {
        let plain = Set("-._~!$&'()*+,;=:@/?%".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                bytes.append(byte)
            case _ where plain.contains(byte): bytes.append(byte)
            default:
                let digits = Array("0123456789ABCDEF".utf8)
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
