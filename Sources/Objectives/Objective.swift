/// A promise about a share of good events, and what is left of the failures it allows.
///
/// Budgets and rates are never negative and never NaN; without events nothing is burnt.
public struct Objective: Sendable, Hashable {
    public let name: String
    /// Share of events that must be good, above 0 and below 1.
    public let target: Double
    /// The time the budget is counted over, in milliseconds.
    public let windowMilliseconds: Int64
    private var events: EventWindow

    /// - Parameter target: clamped to 0.001…0.99999.
    public init(name: String, target: Double, windowMilliseconds: Int64, bucketMilliseconds: Int64) {
        self.name = name
        self.target = target.isNaN ? 0.99 : min(max(target, 0.001), 0.99999)
        let width = max(1, bucketMilliseconds)
        self.windowMilliseconds = max(width, windowMilliseconds)
        self.events = EventWindow(bucketMilliseconds: width, bucketCount: Int(self.windowMilliseconds / width))
    }

    public mutating func record(isGood: Bool, at milliseconds: Int64) {
        events.record(isGood: isGood, at: milliseconds)
    }

    /// How many times faster than allowed failures came in the last `milliseconds`: 1 uses the budget up exactly over
    /// the window.
    public func burnRate(overLast milliseconds: Int64, now: Int64) -> Double {
        burn(events.counts(overLast: milliseconds, now: now))
    }

    /// The share of the window's budget that is left, 0…1.
    public func budgetLeft(now: Int64) -> Double {
        max(0, 1 - burn(counts(now: now)))
    }

    /// The events of the whole window.
    public func counts(now: Int64) -> EventWindow.Counts {
        events.counts(overLast: windowMilliseconds, now: now)
    }

    private func burn(_ counts: EventWindow.Counts) -> Double {
        guard counts.total > 0 else { return 0 }
        return Double(counts.bad) / Double(counts.total) / (1 - target)
    }
}
