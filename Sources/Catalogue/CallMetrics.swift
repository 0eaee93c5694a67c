public import Telemetry

/// Rate, errors and duration of the calls over one hop; the handles are resolved once.
public struct CallMetrics<Operation: LabelValue, Outcome: LabelValue>: Sendable {
    private let vector: CounterVector<Labels2<Operation, Outcome>>
    private let calls: [Labels2<Operation, Outcome>: Counter]
    private let durations: [Operation: Histogram]

    public init(
        registry: Registry, calls: CounterFamily<Labels2<Operation, Outcome>>,
        duration: HistogramFamily<Label<Operation>>
    ) {
        let counters: CounterVector<Labels2<Operation, Outcome>> = registry.counter(calls)
        let histograms: HistogramVector<Label<Operation>> = registry.histogram(duration)
        vector = counters
        self.calls = Dictionary(uniqueKeysWithValues: calls.known.map { ($0, counters[$0]) })
        durations = Dictionary(uniqueKeysWithValues: Operation.allCases.map { ($0, histograms[Label($0)]) })
    }

    /// Counts one call that began at `start` and has just ended.
    public func record(_ operation: Operation, _ outcome: Outcome, since start: ContinuousClock.Instant) {
        let labels = Labels2(operation, outcome)
        (calls[labels] ?? vector[labels]).increment()
        durations[operation]?.observe(start.duration(to: .now))
    }
}
