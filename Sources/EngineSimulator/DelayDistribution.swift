/// How long something takes: a fixed time or one drawn anew each time.
public enum DelayDistribution: Equatable, Sendable {
    /// Always the same.
    case fixed(nanoseconds: UInt64)
    /// Exponential with a mean.
    case exponential(mean: UInt64)
    /// Uniform between two times.
    case uniform(from: UInt64, to: UInt64)
    /// Log-normal with a median and the standard deviation of its logarithm.
    case logNormal(median: UInt64, sigma: Double)

    /// What `init(parsing:)` accepts.
    public static let syntax =
        "a duration such as 500ms, exp:MEAN, uniform:FROM-TO or lognormal:MEDIAN,SIGMA (e.g. lognormal:2s,0.5)"

    /// No delay.
    public static let none = DelayDistribution.fixed(nanoseconds: 0)

    /// Reads the text form described by `syntax`; nil when the text is none.
    public init?(parsing text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        switch (parts.first, parts.count) {
        case (let value?, 1):
            guard let time = DurationText.nanoseconds(value) else { return nil }
            self = .fixed(nanoseconds: time)
        case ("exp", 2):
            guard let mean = DurationText.nanoseconds(parts[1]) else { return nil }
            self = .exponential(mean: mean)
        case ("uniform", 2):
            let bounds = parts[1].split(separator: "-").compactMap { DurationText.nanoseconds($0) }
            guard bounds.count == 2, bounds[0] <= bounds[1] else { return nil }
            self = .uniform(from: bounds[0], to: bounds[1])
        case ("lognormal", 2):
            let values = parts[1].split(separator: ",")
            guard values.count == 2, let median = DurationText.nanoseconds(values[0]), let sigma = Double(values[1]),
                (0...10).contains(sigma)
            else { return nil }
            self = .logNormal(median: median, sigma: sigma)
        default: return nil
        }
    }

    /// The text form.
    public var text: String {
        switch self {
        case .fixed(let time): Self.text(time)
        case .exponential(let mean): "exp:\(Self.text(mean))"
        case .uniform(let from, let to): "uniform:\(Self.text(from))-\(Self.text(to))"
        case .logNormal(let median, let sigma): "lognormal:\(Self.text(median)),\(sigma)"
        }
    }

    /// Draws a delay in nanoseconds, at most one hour.
    public func draw(using generator: inout some RandomNumberGenerator) -> UInt64 {
        let drawn: Double
        switch self {
        case .fixed(let time): return time
        case .uniform(let from, let to): return UInt64.random(in: from...to, using: &generator)
        case .exponential(let mean):
            drawn = -Double(mean) * Logarithm.natural(1 - Double.random(in: 0..<1, using: &generator))
        case .logNormal(let median, let sigma):
            // The sum of twelve uniform draws less six is close to a standard normal draw.
            let normal = (0..<12).reduce(-6) { sum, _ in sum + Double.random(in: 0..<1, using: &generator) }
            drawn = Double(median) * Logarithm.exponential(sigma * normal)
        }
        return UInt64(min(max(drawn, 0), 3600e9))
    }

    private static func text(_ nanoseconds: UInt64) -> String {
        nanoseconds % 1_000_000 == 0 ? "\(nanoseconds / 1_000_000)ms" : "\(nanoseconds)ns"
    }
}
