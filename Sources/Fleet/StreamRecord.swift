/// A stream a proxy has reported, running or ended.
public struct StreamRecord: Sendable, Hashable, Identifiable {
    public let id: String
    public var content: ContentKey
    /// The engine as the proxy named it or as it was found by its address; empty when neither was known.
    public var engineID: String
    /// Whether `engineID` was an engine of this fleet when the stream started. Others are recorded, never counted.
    public var isAttached: Bool
    public var playbackSessionID: String
    public var statURL: String
    public var commandURL: String
    public var isLive: Bool
    public var startedAt: Timestamp
    public var endedAt: Timestamp?
    public var endReason: String?
    /// The proxy that plays it, where it names itself.
    public var proxyID: String?

    public init(
        id: String, content: ContentKey, engineID: String, isAttached: Bool, playbackSessionID: String,
        statURL: String, commandURL: String, isLive: Bool, startedAt: Timestamp, endedAt: Timestamp? = nil,
        endReason: String? = nil, proxyID: String? = nil
    ) {
        self.id = id
        self.content = content
        self.engineID = engineID
        self.isAttached = isAttached
        self.playbackSessionID = playbackSessionID
        self.statURL = statURL
        self.commandURL = commandURL
        self.isLive = isLive
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.endReason = endReason
        self.proxyID = proxyID
    }

    public var isRunning: Bool { endedAt == nil }
}
