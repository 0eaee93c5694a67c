/// A handle to one child of a gauge family. Every call is safe from any thread.
public struct Gauge: Sendable {
    let cell: GaugeCell

    public func set(_ value: Double) {
        cell.current.store(value)
    }

    public func set(_ value: Int) {
        cell.current.store(Double(value))
    }

    public func set(_ value: Bool) {
        cell.current.store(value ? 1 : 0)
    }

    /// Adds an amount, which may be negative.
    public func add(_ amount: Double) {
        cell.current.add(amount)
    }

    public var value: Double { cell.current.value }
}

final class GaugeCell: Sendable {
    let current = AtomicDouble()
}
