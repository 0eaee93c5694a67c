import CoreMetrics

/// A meter of swift-metrics, or a recorder that keeps the last value.
final class BridgedGauge: MeterHandler, RecorderHandler {
    private let gauge: Gauge

    init(gauge: Gauge) {
        self.gauge = gauge
    }

    func set(_ value: Int64) { gauge.set(Double(value)) }
    func set(_ value: Double) { gauge.set(value) }
    func increment(by amount: Double) { gauge.add(amount) }
    func decrement(by amount: Double) { gauge.add(-amount) }
    func record(_ value: Int64) { gauge.set(Double(value)) }
    func record(_ value: Double) { gauge.set(value) }
}
