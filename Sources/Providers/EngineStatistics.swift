/// What one engine uses of its machine.
public struct EngineStatistics: Sendable, Hashable {
    public var engineID: String
    /// Share of one core in percent, since it was asked last; 0 at the first time.
    public var cpuPercent: Double
    public var memoryBytes: Int64
    /// What it may use at most; nil where there is no limit.
    public var memoryLimitBytes: Int64?
    /// Totals since the engine was started; nil where the provider cannot tell.
    public var networkReceivedBytes: Int64?
    public var networkSentBytes: Int64?
    public var blockReadBytes: Int64?
    public var blockWrittenBytes: Int64?

    public init(
        engineID: String, cpuPercent: Double, memoryBytes: Int64, memoryLimitBytes: Int64? = nil,
        networkReceivedBytes: Int64? = nil, networkSentBytes: Int64? = nil, blockReadBytes: Int64? = nil,
        blockWrittenBytes: Int64? = nil
    ) {
        self.engineID = engineID
        self.cpuPercent = cpuPercent
        self.memoryBytes = memoryBytes
        self.memoryLimitBytes = memoryLimitBytes
        self.networkReceivedBytes = networkReceivedBytes
        self.networkSentBytes = networkSentBytes
        self.blockReadBytes = blockReadBytes
        self.blockWrittenBytes = blockWrittenBytes
    }
}
