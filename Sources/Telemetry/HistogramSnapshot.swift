/// What a histogram has counted: the same observations in classic and in native buckets.
public struct HistogramSnapshot: Sendable, Hashable {
    /// One bucket of a native histogram.
    public struct Bucket: Sendable, Hashable {
        /// The bucket holds magnitudes in (2^((index−1)/2^schema), 2^(index/2^schema)].
        public let index: Int
        public let count: UInt64

        public init(index: Int, count: UInt64) {
            self.index = index
            self.count = count
        }
    }

    /// Observations in each classic bucket, not cumulative; one more than the family has bounds.
    public var classic: [UInt64]
    /// The newest exemplar in each classic bucket.
    public var exemplars: [Exemplar?]
    /// The sum of all finite observations.
    public var sum: Double
    /// Resolution of the native buckets, −4…8.
    public var schema: Int
    /// Observations of at most this magnitude are in the zero bucket.
    public var zeroThreshold: Double
    public var zeroCount: UInt64
    /// Populated native buckets by ascending index.
    public var positive: [Bucket]
    public var negative: [Bucket]

    public init(
        classic: [UInt64], exemplars: [Exemplar?] = [], sum: Double, schema: Int, zeroThreshold: Double,
        zeroCount: UInt64, positive: [Bucket], negative: [Bucket]
    ) {
        self.classic = classic
        self.exemplars = exemplars
        self.sum = sum
        self.schema = schema
        self.zeroThreshold = zeroThreshold
        self.zeroCount = zeroCount
        self.positive = positive
        self.negative = negative
    }

    /// The number of observations: the sum of the classic buckets, and of the native ones.
    public var count: UInt64 { classic.reduce(0, +) }
}
