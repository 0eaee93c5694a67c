/// A handle to one child of a counter family whose totals are kept elsewhere, by the kernel say.
public struct ObservedCounter: Sendable {
    private let gauge: Gauge

    init(block: CellBlock) {
        gauge = Gauge(block: block)
    }

    /// Takes over the total as it is now. A lower one than before means that counting began anew.
    public func set(_ total: Double) {
        gauge.set(total)
    }

    /// Takes over the total as it is now.
    public func set(_ total: Int) {
        gauge.set(total)
    }

    public var value: Double { gauge.value }
}

/// The children of one counter family whose totals are kept elsewhere.
public struct ObservedCounterVector<Labels: LabelSet>: Sendable {
    let children: Children<Labels, ObservedCounterInstrument>

    /// The child with these labels, made on first use.
    public subscript(labels: Labels) -> ObservedCounter {
        ObservedCounter(block: children[labels])
    }

    /// Drops a child: its series vanishes from the next exposition.
    public func remove(_ labels: Labels) {
        children.remove(labels)
    }
}
