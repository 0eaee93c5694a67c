import Synchronization

/// A handle to one child of a counter family. Resolve it once and keep it; every call is safe from any thread.
public struct Counter: Sendable {
    let cell: CounterCell

    /// Adds one.
    public func increment() {
        cell.whole.wrappingAdd(1, ordering: .relaxed)
    }

    /// Adds a whole amount.
    public func increment(by amount: Int) {
        guard amount > 0 else { return }
        cell.whole.wrappingAdd(UInt64(amount), ordering: .relaxed)
    }

    /// Adds an amount that may have a fraction. Negative and non-finite amounts are ignored: a counter never falls.
    public func increment(by amount: Double) {
        guard amount > 0, amount.isFinite else { return }
        cell.fractional.add(amount)
    }

    /// The sum of all increments so far.
    public var value: Double { cell.value }
}

/// The memory of one counter: whole increments and fractional ones are kept apart so that counting stays exact beyond
/// 2⁵³.
final class CounterCell: Sendable {
    let whole = Atomic<UInt64>(0)
    let fractional = AtomicDouble()

    var value: Double {
        Double(whole.load(ordering: .relaxed)) + fractional.value
    }
}
