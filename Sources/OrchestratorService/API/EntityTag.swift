import Fleet
import Hummingbird

/// Entity tags and what a caller knows already (RFC 9110, sections 8.8.3 and 13.1.2).
enum EntityTag {
    /// The weak tag of what depends on the fleet's revision alone.
    static func of(_ orchestrator: Orchestrator, revision: UInt64) -> String {
        "W/\"\(orchestrator.startedAt.milliseconds)-\(revision)\""
    }

    /// Whether `If-None-Match` names the tag: `*`, or one of a list by weak comparison.
    static func isKnown(_ tag: String, to request: Request) -> Bool {
        guard let known = request.headers[.ifNoneMatch] else { return false }
        return known.split(separator: ",").contains { field in
            let name = field.trimmingPrefix(while: \.isWhitespace)
            return name.hasPrefix("*") || opaque(name) == opaque(tag[...])
        }
    }

    /// The tag without its mark of weakness and the white space after it.
    private static func opaque(_ tag: Substring) -> Substring {
        var tag = tag.hasPrefix("W/") ? tag.dropFirst(2) : tag
        while tag.last?.isWhitespace == true { tag.removeLast() }
        return tag
    }

    static func unchanged(_ tag: String) -> Response {
        Response(status: .notModified, headers: headers(tag))
    }

    static func headers(_ tag: String) -> HTTPFields { [.eTag: tag, .cacheControl: "max-age=5"] }
}
