extension EngineRoutes {
    private static let token = "0000000000000000000000000000000000000000"

    /// `/webui/api/service`
    func answerService() {
        guard target["method"] == "get_version" else { return send(["result": .null, "error": "unknown method"]) }
        send(["result": version, "error": .null])
    }

    /// `/server/api`
    func answerServerAPI() {
        switch target["method"] {
        case "get_status": send(["result": ["playlist_loaded": true, "version": version]])
        case "get_network_connection_status": send(["result": ["connected": true]])
        case "analyze_content":
            answerContent { content in
                [
                    "is_live": 1, "content_type": "transport_file", "transport_type": "bt",
                    "title": .string("Channel \(content.infohash.prefix(8))"), "infohash": .string(content.infohash),
                    "categories": ["other"],
                ]
            }
        case "get_media_files":
            answerContent { content in
                [
                    "files": [
                        [
                            "index": 0, "type": "live", "mime": "video/mp2t", "size": 0, "transport_type": "bt",
                            "infohash": .string(content.infohash),
                            "filename": .string("Channel \(content.infohash.prefix(8))"),
                        ]
                    ]
                ]
            }
        case "get_content_id": answerContent { ["content_id": .string($0.infohash)] }
        case "get_available_players": send(["result": ["players": []]])
        case "get_api_access_token": send(["result": ["token": .string(Self.token)]])
        default: sendFailure("unknown method")
        }
    }

    /// Answers about the content that the query names, directly or as `acestream:?infohash=…`.
    private func answerContent(_ describe: (ContentKey) -> JSONValue) {
        guard let content = namedContent else {
            return sendFailure(target["query"] == nil ? "missing content identifier" : "unknown protocol")
        }
        guard !content.matches(anyOf: core.temper.dead) else { return sendFailure("failed to load content") }
        send(["result": describe(content)])
    }

    private var namedContent: ContentKey? {
        guard let query = target["query"] else { return ContentKey(query: target) }
        guard query.hasPrefix("acestream:?") else { return nil }
        return ContentKey(query: RequestTarget("/" + query.dropFirst("acestream:".count)))
    }

    private func sendFailure(_ message: String) {
        send(["error": ["message": .string(message), "code": 0]])
    }

    /// The version with its code, e.g. 3.1.70: 3017000.
    private var version: JSONValue {
        let version = core.configuration.version
        let parts = version.split(separator: ".").map { Int64($0) ?? 0 }
        let code = zip(parts, [1_000_000, 10_000, 100]).reduce(0) { $0 + $1.0 * $1.1 }
        return ["code": .integer(code), "platform": "linux", "version": .string(version)]
    }
}
