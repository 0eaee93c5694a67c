import Synchronization

/// A handle to one child of a counter family. Resolve it once and keep it; every call is safe from any thread.
public struct Counter: Sendable {
    /// Cells: whole increments, which stay exact beyond 2⁵³, and fractional ones.
    static let cellCount = 2

    @usableFromInline let offset: Int
    @usableFromInline let isShared: Bool
    /// Keeps the cells from being given back.
    @usableFromInline let block: CellBlock

    @inlinable
    init(block: CellBlock, isShared: Bool) {
        self.block = block
        self.isShared = isShared
        offset = block.offset
    }

    /// Adds one.
    @inlinable
    @inline(__always)
    public func increment() {
        if isShared { return Shards.common.addWholeShared(1, at: offset) }
        Shards.own().addWhole(1, at: offset)
    }

    /// Adds a whole amount. A negative one is ignored: a counter never falls.
    @inlinable
    @inline(__always)
    public func increment(by amount: Int) {
        guard amount > 0 else { return }
        if isShared { return Shards.common.addWholeShared(UInt64(truncatingIfNeeded: amount), at: offset) }
        Shards.own().addWhole(UInt64(truncatingIfNeeded: amount), at: offset)
    }

    /// Adds an amount that may have a fraction. Negative and non-finite amounts are ignored.
    public func increment(by amount: Double) {
        guard amount > 0, amount.isFinite else { return }
        block.family.hasFractions.store(true, ordering: .relaxed)
        if isShared { return Shards.common.addFloatingShared(amount, at: offset + 1) }
        Shards.own().addFloating(amount, at: offset + 1)
    }

    /// Adds a whole amount and keeps the labels as the counter's exemplar. Labels that are longer than
    /// ``Exemplar/maximumLabelLength`` are not kept.
    public func increment(by amount: Int = 1, exemplar labels: [LabelPair]) {
        increment(by: amount)
        if amount > 0, !labels.isEmpty, let exemplar = Exemplar(labels, value: Double(amount)) {
            block.keep(exemplar, at: 0)
        }
    }

    /// The sum of all increments so far.
    public var value: Double { Self.value(of: block, in: Shards.all()) }

    static func value(of block: CellBlock, in shards: Shards.List) -> Double {
        Double(block.total(0, in: shards)) + block.floatingTotal(1, in: shards)
    }
}
