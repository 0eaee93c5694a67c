package import Settings

/// How long stream bytes may wait for more, so that each viewer's socket is written less often.
///
/// A send costs almost the same whatever its length. While the event thread has time to spare bytes go out at once;
/// the busier it is the longer they wait and the larger the pieces get, which makes it less busy, so that delay and
/// load settle where they meet. An operator who prefers to save processor time at all times gives a fixed delay
/// instead. A pure value: durations are arguments.
package struct CoalescingGovernor: Sendable {
    /// The wait once the thread is this busy; in between it grows in a straight line.
    private static let steps: [(load: Double, delay: Double)] = [(0.5, 0), (0.7, 0.005), (0.85, 0.06)]
    /// How long the load is remembered, in seconds.
    private static let memory = 0.25

    /// The share of its time that the thread has been busy lately, 0 to 1.
    package private(set) var load = 0.0

    private let setting: CoalescingDelay

    package init(delay setting: CoalescingDelay = .automatic) {
        self.setting = setting
    }

    /// The bytes of a session with fewer viewers do not wait: one send more or less makes no difference to the load.
    package var fewestViewers: Int { setting == .automatic ? 2 : 1 }

    /// Notes one round of the event thread: how long it waited, then worked.
    package mutating func note(waited: Duration, worked: Duration) {
        let waited = waited / .seconds(1)
        let worked = worked / .seconds(1)
        let round = waited + worked
        guard round > 0 else { return }
        let weight = 1 - 1 / (1 + round / Self.memory)
        load += (worked / round - load) * weight
    }

    /// How long bytes may wait now: the fixed time where there is one; else zero to 5 ms while the thread has time to
    /// spare, and up to 60 ms when it has none.
    package var delay: Duration {
        if case .fixed(let delay) = setting { return delay }
        guard load > Self.steps[0].load else { return .zero }
        for (from, to) in zip(Self.steps, Self.steps.dropFirst()) where load <= to.load {
            let part = (load - from.load) / (to.load - from.load)
            return .seconds(from.delay + (to.delay - from.delay) * part)
        }
        return .seconds(Self.steps[Self.steps.count - 1].delay)
    }
}
