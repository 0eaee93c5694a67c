import Objectives

/// Counts stream starts asked for and estimates their rate.
public struct DemandMeter: Sendable, Hashable {
    /// The rate of starts to plan for.
    public struct Estimate: Sendable, Hashable {
        /// Starts for each second: the higher one of the last 10 seconds and the last 5 minutes.
        public var startsPerSecond: Double
        /// Variance over mean of the starts in a second, 1…8; 1 where starts are independent.
        public var dispersion: Double

        public init(startsPerSecond: Double, dispersion: Double) {
            self.startsPerSecond = startsPerSecond
            self.dispersion = dispersion
        }
    }

    static let shortWindowSeconds = 10
    static let longWindowSeconds = 300
    static let maxDispersion = 8.0

    private var starts = EventWindow(bucketMilliseconds: 1000, bucketCount: DemandMeter.longWindowSeconds + 1)
    private var firstRecord: Int64?

    public init() {}

    /// Counts one start asked for, whether or not it could be served.
    public mutating func recordStart(at milliseconds: Int64) {
        starts.record(isGood: true, at: milliseconds)
        if firstRecord == nil { firstRecord = milliseconds }
    }

    public func estimate(now: Int64) -> Estimate {
        guard let firstRecord else { return Estimate(startsPerSecond: 0, dispersion: 1) }
        // Before the meter has run for a whole window, only the time it has run counts.
        let observed = max(1, Int(min((now - firstRecord) / 1000 + 1, Int64(Self.longWindowSeconds))))
        let longSeconds = max(observed, Self.shortWindowSeconds)
        let short = rate(overSeconds: Self.shortWindowSeconds, now: now)
        let long = rate(overSeconds: longSeconds, now: now)
        return Estimate(
            startsPerSecond: max(short, long),
            dispersion: Self.dispersion(of: starts.totals(ofLast: longSeconds, now: now)))
    }

    private func rate(overSeconds seconds: Int, now: Int64) -> Double {
        Double(starts.counts(overLast: Int64(seconds) * 1000, now: now).total) / Double(seconds)
    }

    private static func dispersion(of counts: [Int]) -> Double {
        let total = counts.reduce(0, +)
        guard counts.count > 1, total > 1 else { return 1 }
        let mean = Double(total) / Double(counts.count)
        let squares = counts.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
        return min(max(squares / Double(counts.count - 1) / mean, 1), maxDispersion)
    }
}
