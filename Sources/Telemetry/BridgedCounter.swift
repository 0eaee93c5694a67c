import CoreMetrics

/// A counter of swift-metrics. A reset is not shown: a counter of Prometheus falls only when its process starts anew.
final class BridgedCounter: CounterHandler, FloatingPointCounterHandler {
    private let counter: Counter

    init(counter: Counter) {
        self.counter = counter
    }

    func increment(by amount: Int64) {
        counter.increment(by: Int(amount))
    }

    func increment(by amount: Double) {
        counter.increment(by: amount)
    }

    func reset() {}
}
