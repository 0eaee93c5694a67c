/// The statistics of a stream at one moment, as they are kept.
public struct StreamSample: Sendable, Hashable {
    public var at: Timestamp
    public var peers: Int?
    public var speedDown: Int?
    public var speedUp: Int?
    public var downloaded: Int64?
    public var uploaded: Int64?
    public var status: String?

    public init(
        at: Timestamp, peers: Int? = nil, speedDown: Int? = nil, speedUp: Int? = nil, downloaded: Int64? = nil,
        uploaded: Int64? = nil, status: String? = nil
    ) {
        self.at = at
        self.peers = peers
        self.speedDown = speedDown
        self.speedUp = speedUp
        self.downloaded = downloaded
        self.uploaded = uploaded
        self.status = status
    }

    public init(at: Timestamp, _ statistics: StreamStatistics) {
        self.init(
            at: at, peers: statistics.peers, speedDown: statistics.speedDown, speedUp: statistics.speedUp,
            downloaded: statistics.downloaded, uploaded: statistics.uploaded, status: statistics.status)
    }
}
