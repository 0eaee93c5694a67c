/// A proxy's report that a stream runs.
public struct StreamStart: Sendable, Hashable {
    /// The identifier the proxy chose; without one it is made of key and session.
    public var explicitID: String?
    public var content: ContentKey
    public var playbackSessionID: String
    public var statURL: String
    public var commandURL: String
    public var isLive: Bool
    public var engineID: String?
    public var endpoint: EngineEndpoint?
    /// The lease this stream was started on.
    public var leaseID: String?
    /// The proxy that reports it, where it names itself.
    public var proxyID: String?

    public init(
        explicitID: String? = nil, content: ContentKey, playbackSessionID: String, statURL: String = "",
        commandURL: String = "", isLive: Bool = true, engineID: String? = nil, endpoint: EngineEndpoint? = nil,
        leaseID: String? = nil, proxyID: String? = nil
    ) {
        self.explicitID = explicitID
        self.content = content
        self.playbackSessionID = playbackSessionID
        self.statURL = statURL
        self.commandURL = commandURL
        self.isLive = isLive
        self.engineID = engineID
        self.endpoint = endpoint
        self.leaseID = leaseID
        self.proxyID = proxyID
    }

    public var id: String { explicitID ?? "\(content.value)|\(playbackSessionID)" }
}
