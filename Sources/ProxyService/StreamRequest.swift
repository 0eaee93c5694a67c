package import Fleet

/// A player's request for a stream, read from the query of `/ace/getstream`.
///
/// Exactly one of `id` (or `content_id`, the engine's newer name for it), `infohash`, `url` and `magnet` names the
/// content; of a name that is there twice the first value counts, and an empty value counts as none. `format`, `pid`,
/// its other name `sid` and `drop_null` are the proxy's own; everything else is passed through to the engine as it is,
/// but for what no percent-encoded UTF-8 is: that is left out.
///
/// `pid` together with `format=json` is how an engine is asked: who does so is a proxy in front of this one.
package struct StreamRequest: Equatable {
    /// Why a request is refused. The first three are the exact answers of the proxy that this one replaces.
    package enum Refusal: String, Error {
        case missing = "one of `id` or `infohash` must have a value"
        case both = "only one of `id` or `infohash` can have a value"
        case playerID = "PID parameter is not allowed"
        case several = "only one of `id`, `content_id`, `infohash`, `url` or `magnet` can have a value"
        case address = "`url` must be an http:// or https:// address"
        case magnetLink = "`magnet` must be a link that begins with `magnet:?`"
        case malformed = "the content's name is not percent-encoded UTF-8"
    }

    package let content: ContentKey
    /// Every other parameter, passed through to the engine.
    package let parameters: [Parameter]
    /// The `pid` of a proxy that takes this one for an engine; nil for a player.
    package let edgePlayerID: String?

    /// Whether the session, if it is this request that starts it, leaves null packets out; nil: as the settings say.
    package let dropsNullPackets: Bool?

    package struct Parameter: Equatable {
        package let name: String
        package let value: String
    }

    private static let names: Set = ["id", "content_id", "infohash", "url", "magnet"]

    /// - Parameter query: what follows the `?`, without it.
    package init(query: some StringProtocol) throws(Refusal) {
        let fields = try Self.fields(of: query)
        content = try Self.content(in: fields)
        edgePlayerID = try Self.edgePlayerID(in: fields)
        dropsNullPackets =
            switch fields.first(where: { $0.name == "drop_null" })?.value {
            case "1", "true": true
            case "0", "false": false
            default: nil
            }
        let own: Set = ["format", "pid", "sid", "drop_null"]
        parameters = fields.filter { !Self.names.contains($0.name) && !own.contains($0.name) }
    }

    private static func edgePlayerID(in fields: [Parameter]) throws(Refusal) -> String? {
        guard let player = fields.first(where: { $0.name == "pid" })?.value else { return nil }
        guard fields.first(where: { $0.name == "format" })?.value == "json", (1...128).contains(player.utf8.count)
        else {
            throw .playerID
        }
        return player
    }

    /// The content that a query names; nil where it names none, or more than one.
    static func content(named query: some StringProtocol) -> ContentKey? {
        try? content(in: fields(of: query))
    }

    /// The parameter of a query that names the content, as it stands there but for what may stand in no URI: balancers
    /// go by its bytes. Of a magnet link that carries an infohash, no more than that is left.
    static func parameterNamingContent(in query: some StringProtocol) -> String? {
        guard let content = content(named: query) else { return nil }
        let names = content.kind == .contentID ? ["id", "content_id"] : [content.kind.rawValue]
        for name in names {
            let pair = query.split(separator: "&").first { pair in
                PercentEncoding.decode(pair.prefix { $0 != "=" }) == name
            }
            guard let pair, pair.contains("="), !pair.hasSuffix("=") else { continue }
            guard content.kind == .magnet, let hash = content.value.wholeMatch(of: Self.infohashInMagnet)?.1 else {
                return ResourceAddress.escaped(pair)
            }
            return "magnet=magnet%3A%3Fxt%3Durn%3Abtih%3A\(hash)"
        }
        return nil
    }

    private static var infohashInMagnet: Regex<(Substring, Substring)> {
        #/(?i)magnet:\?(?:.*&)?xt=urn:btih:([0-9a-f]{40})(?:&.*)?/#
    }

    private static func fields(of query: some StringProtocol) throws(Refusal) -> [Parameter] {
        var fields: [Parameter] = []
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = PercentEncoding.decode(parts[0])
            guard let name, let value = PercentEncoding.decode(parts.count > 1 ? parts[1] : "") else {
                if let name, names.contains(name) { throw .malformed }
                continue
            }
            fields.append(Parameter(name: name, value: value))
        }
        return fields
    }

    private static func content(in fields: [Parameter]) throws(Refusal) -> ContentKey {
        func value(_ name: String) -> String { fields.first { $0.name == name }?.value ?? "" }
        let id = value("id")
        let contentID = value("content_id")
        if !id.isEmpty, !contentID.isEmpty, id != contentID { throw .several }
        let named = [
            ContentKey(kind: .contentID, value: id.isEmpty ? contentID : id),
            ContentKey(kind: .infohash, value: value("infohash")), ContentKey(kind: .url, value: value("url")),
            ContentKey(kind: .magnet, value: value("magnet")),
        ].filter { !$0.value.isEmpty }
        guard let content = named.first else { throw .missing }
        if named.count > 1 { throw named[0].kind == .contentID && named[1].kind == .infohash ? .both : .several }
        switch content.kind {
        case .url:
            let start = content.value.prefix(8).lowercased()
            guard start.hasPrefix("http://") || start.hasPrefix("https://") else { throw .address }
        case .magnet:
            guard content.value.prefix(8).lowercased() == "magnet:?" else { throw .magnetLink }
        case .contentID, .infohash: break
        }
        return content
    }
}
