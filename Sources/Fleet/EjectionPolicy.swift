/// When an engine whose starts keep failing gets no streams for a while, as Envoy's outlier detection has it: for a
/// time that grows with each ejection, never more than a share of the engines, and never the last usable one.
public struct EjectionPolicy: Sendable, Hashable {
    /// Failed starts in a row; 0: no engine is ever ejected.
    public var failures: Int
    /// Of the first ejection; each further one takes that much longer.
    public var time: Duration
    public var longestTime: Duration
    /// Share of the usable engines that may be ejected at a time, in percent.
    public var maxPercent: Int

    public init(
        failures: Int = 5, time: Duration = .seconds(30), longestTime: Duration = .seconds(300), maxPercent: Int = 50
    ) {
        self.failures = max(0, failures)
        self.time = time
        self.longestTime = longestTime
        self.maxPercent = maxPercent
    }

    /// How long the given ejection lasts; the first one is 1.
    public func duration(of ejection: Int) -> Duration {
        min(time * min(max(1, ejection), 1_000_000), longestTime)
    }

    /// Whether one engine more may be ejected.
    func allowsOneMore(ejected: Int, of usable: Int) -> Bool {
        // Another one stays usable in any case.
        usable - ejected > 1 && (ejected + 1) * 100 <= maxPercent * usable
    }
}
