/// How a remote write sender works.
public struct RemoteWriteConfiguration: Sendable {
    /// Time between two snapshots.
    public var interval = Duration.seconds(15)
    /// Added to every series that does not have a label of that name: `job`, `instance`.
    public var externalLabels: [LabelPair] = []
    public var histograms = RemoteWriteHistograms.classic
    /// A larger snapshot is sent as several requests.
    public var maximumSamplesPerRequest = 2000
    /// Requests kept in memory. What does not fit goes to the spool or, without one, drops the oldest.
    public var memoryRequests = 2000
    public var memoryBytes = 32 << 20
    /// A folder for this sender alone; nil: nothing is kept on disk.
    public var spoolFolder: String?
    /// Size of the spool. When it is full the oldest requests are dropped.
    public var spoolBytes = 256 << 20
    /// The longest wait after a first failure, and after any.
    public var minimumBackoff = Duration.milliseconds(500)
    public var maximumBackoff = Duration.seconds(30)
    public var userAgent = "weir"

    public init() {}
}
