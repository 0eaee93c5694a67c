/// How a figure changes with time: the median of the slopes between all pairs of its samples (the estimator of Theil
/// and Sen). Up to a quarter of the samples may be outliers without moving it far.
public struct Trend: Sendable, Equatable {
    /// Growth for each unit of time.
    public let slope: Double
    /// The median distance of the samples from the line of that slope through their middle.
    public let noise: Double

    public init(slope: Double, noise: Double) {
        self.slope = slope
        self.noise = noise
    }

    /// Nil for fewer than two different times.
    public init?(_ samples: [(time: Double, value: Double)]) {
        var slopes: [Double] = []
        for (index, first) in samples.enumerated() {
            for second in samples[(index + 1)...] where second.time != first.time {
                slopes.append((second.value - first.value) / (second.time - first.time))
            }
        }
        guard let slope = Self.median(slopes) else { return nil }
        let rests = samples.map { $0.value - slope * $0.time }
        let middle = Self.median(rests) ?? 0
        self.slope = slope
        noise = Self.median(rests.map { abs($0 - middle) }) ?? 0
    }

    /// The middle value, or the mean of the two middle ones; nil where there is none.
    public static func median(_ values: [Double]) -> Double? {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return nil }
        let half = sorted.count / 2
        return sorted.count.isMultiple(of: 2) ? (sorted[half - 1] + sorted[half]) / 2 : sorted[half]
    }
}
