import CoreMetrics

/// A recorder of swift-metrics that keeps the distribution.
final class BridgedRecorder: RecorderHandler {
    private let histogram: Histogram

    init(histogram: Histogram) {
        self.histogram = histogram
    }

    func record(_ value: Int64) { histogram.observe(Double(value)) }
    func record(_ value: Double) { histogram.observe(value) }
}
