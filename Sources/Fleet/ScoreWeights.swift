/// How much bad experience costs an engine of its health score, in points.
public struct ScoreWeights: Sendable, Hashable {
    /// Starts that take longer than this count as slow.
    public static let goodStartSeconds = 5.0
    /// Slow starts cost at most this many seconds' worth.
    static let maxSlowSeconds = 10.0

    /// When every start fails.
    public var failure: Double
    /// When every stream stalls.
    public var stall: Double
    /// For each second that the mean start takes longer than ``goodStartSeconds``.
    public var slowSecond: Double

    public init(failure: Double = 30, stall: Double = 20, slowSecond: Double = 2) {
        self.failure = failure
        self.stall = stall
        self.slowSecond = slowSecond
    }

    /// The points that experience costs; 0 without bad experience.
    public func penalty(for experience: EngineExperience, now: Timestamp) -> Int {
        let slow = max(0, (experience.meanStartSeconds ?? 0) - Self.goodStartSeconds)
        let points =
            failure * experience.failureRatio(now: now) + stall * min(1, experience.stallRatio(now: now))
            + slowSecond * min(slow, Self.maxSlowSeconds)
        return Int(points.rounded())
    }
}
