package import Fleet

extension PlaybackSession {
    /// Reads the engine's answer to `/ace/getstream?format=json`.
    ///
    /// - Throws: the engine's own refusal, or that the answer is not what its API promises.
    package init(answer body: [UInt8], from engine: EngineEndpoint) throws(EngineError) {
        let answer = try EngineAnswer<StartResponse>(json: body)
        if let message = answer.error {
            throw EngineError(code: message == "failed to load content" ? .deadContent : .refused, message: message)
        }
        guard let response = answer.response, let playback = Self.path(response.playbackURL),
            let stat = Self.path(response.statURL), let command = Self.path(response.commandURL)
        else {
            throw EngineError(
                code: .malformedAnswer, message: "the engine's answer names no playback, stat and command URL")
        }
        let lastElement = stat.split(separator: "/").last.map(String.init) ?? ""
        self.init(
            engine: engine, playbackPath: playback, namedAuthority: Self.authority(response.playbackURL),
            statPath: stat, commandPath: command,
            infohash: response.infohash ?? "", playbackSessionID: response.playbackSessionID ?? lastElement,
            isLive: response.isLive != 0, via: response.via ?? [])
    }

    /// Host and port of an absolute URL.
    private static func authority(_ url: String) -> String? {
        url.firstRange(of: "://").map { String(url[$0.upperBound...].prefix { $0 != "/" }) }
    }

    /// Path and query of an absolute or relative URL; nil when it holds what a request line cannot carry.
    private static func path(_ url: String) -> String? {
        var rest = url[...]
        if let scheme = rest.firstRange(of: "://") {
            rest = rest[scheme.upperBound...]
            guard let slash = rest.firstIndex(of: "/") else { return nil }
            rest = rest[slash...]
        }
        guard rest.hasPrefix("/"), rest.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else { return nil }
        return String(rest)
    }
}
