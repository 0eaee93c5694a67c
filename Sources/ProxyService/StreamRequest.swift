import EngineAPI
package import Fleet

/// A player's request for a stream, read from the query of `/ace/getstream`.
package struct StreamRequest: Equatable {
    /// The exact answers of the proxy that this one replaces.
    package enum Refusal: String, Error {
        case missing = "one of `id` or `infohash` must have a value"
        case both = "only one of `id` or `infohash` can have a value"
        case playerID = "PID parameter is not allowed"
        case malformed = "the query is not percent-encoded UTF-8"
    }

    package let content: ContentKey
    /// Every other parameter, passed through to the engine.
    package let parameters: [Parameter]

    package struct Parameter: Equatable {
        package let name: String
        package let value: String
    }

    /// - Parameter query: what follows the `?`, without it.
    package init(query: some StringProtocol) throws(Refusal) {
        var id = ""
        var infohash = ""
        var others: [Parameter] = []
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = PercentEncoding.decode(parts[0]),
                let value = PercentEncoding.decode(parts.count > 1 ? parts[1] : "")
            else { throw .malformed }
            switch name {
            case "id", "content_id": id = value
            case "infohash": infohash = value
            case "pid": throw .playerID
            case "format": break
            default: others.append(Parameter(name: name, value: value))
            }
        }
        switch (id.isEmpty, infohash.isEmpty) {
        case (true, true): throw .missing
        case (false, false): throw .both
        case (false, true): content = ContentKey(kind: .contentID, value: id)
        case (true, false): content = ContentKey(kind: .infohash, value: infohash)
        }
        parameters = others
    }
}
