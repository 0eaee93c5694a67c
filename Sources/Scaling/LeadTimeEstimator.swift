/// How long it takes from deciding to add an engine until it can be used.
public struct LeadTimeEstimator: Sendable, Hashable {
    /// Assumed until an engine was provisioned.
    public static let assumedSeconds = 10.0
    static let sampleCount = 50
    static let quantile = 0.9

    private var samples: [Double] = []
    private var next = 0

    public init() {}

    /// Adds one measured start. Negative and non-finite values are dropped.
    public mutating func record(seconds: Double) {
        guard seconds.isFinite, seconds >= 0 else { return }
        if samples.count < Self.sampleCount {
            samples.append(seconds)
        } else {
            samples[next] = seconds
            next = (next + 1) % Self.sampleCount
        }
    }

    /// The 90 % quantile of the last 50 starts.
    public var seconds: Double {
        guard !samples.isEmpty else { return Self.assumedSeconds }
        let rank = (Double(samples.count) * Self.quantile).rounded(.up)
        return samples.sorted()[max(0, Int(rank) - 1)]
    }
}
