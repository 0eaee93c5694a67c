public import Fleet

/// What an engine answers to a start: where the stream, its statistics and its control are.
public struct PlaybackSession: Sendable, Hashable {
    /// The engine that holds the session.
    public let engine: EngineEndpoint
    /// Path and query of the stream on that engine.
    public let playbackPath: String
    /// Host and port as the engine itself names them in the stream's URL; nil where it names none.
    public let namedAuthority: String?
    public let statPath: String
    public let commandPath: String
    /// Empty when the engine named none.
    public let infohash: String
    /// The engine's own id of the session; the last element of `statPath` where the engine names none.
    public let playbackSessionID: String
    public let isLive: Bool
    /// Where the engine is a proxy: what it and the proxies behind it call themselves.
    public let via: [String]

    /// Absolute URLs. The host is always the engine that was asked, whatever host its answer named: engines in
    /// containers name addresses that only they can reach.
    public var statURL: String { "http://\(engine)\(statPath)" }
    public var commandURL: String { "http://\(engine)\(commandPath)" }
    public var playbackURL: String { "http://\(engine)\(playbackPath)" }
}
