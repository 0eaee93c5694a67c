import CoreMetrics

/// A timer of swift-metrics, in seconds.
final class BridgedTimer: TimerHandler {
    private let histogram: Histogram

    init(histogram: Histogram) {
        self.histogram = histogram
    }

    func recordNanoseconds(_ duration: Int64) { histogram.observe(Double(duration) * 1e-9) }
}
