/// What an engine says of one of its sessions. What it does not say is nil.
public struct StreamStatistics: Sendable, Hashable {
    /// The engine's own word: `dl`, `prebuf`, `check`, …
    public var status: String?
    public var peers: Int?
    /// In KB/s, as the engine gives it.
    public var speedDown: Int?
    public var speedUp: Int?
    /// In bytes, since the session was opened.
    public var downloaded: Int64?
    public var uploaded: Int64?
    public var isLive: Bool?
    public var livePosition: LivePosition?

    public init(
        status: String? = nil, peers: Int? = nil, speedDown: Int? = nil, speedUp: Int? = nil,
        downloaded: Int64? = nil, uploaded: Int64? = nil, isLive: Bool? = nil, livePosition: LivePosition? = nil
    ) {
        self.status = status
        self.peers = peers
        self.speedDown = speedDown
        self.speedUp = speedUp
        self.downloaded = downloaded
        self.uploaded = uploaded
        self.isLive = isLive
        self.livePosition = livePosition
    }
}
