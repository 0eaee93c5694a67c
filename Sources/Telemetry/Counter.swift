/// A handle to one child of a counter family. Resolve it once and keep it; every call is safe from any thread.
public struct Counter: Sendable {
    /// Cells: whole increments, which stay exact beyond 2⁵³, and fractional ones.
    static let cellCount = 2

    @usableFromInline let offset: Int
    /// Keeps the cells from being given back.
    private let block: CellBlock

    init(block: CellBlock) {
        self.block = block
        offset = block.offset
    }

    /// Adds one.
    @inlinable
    @inline(__always)
    public func increment() {
        Shards.own().addWhole(1, at: offset)
    }

    /// Adds a whole amount. A negative one is ignored: a counter never falls.
    @inlinable
    @inline(__always)
    public func increment(by amount: Int) {
        guard amount > 0 else { return }
        Shards.own().addWhole(UInt64(truncatingIfNeeded: amount), at: offset)
    }

    /// Adds an amount that may have a fraction. Negative and non-finite amounts are ignored.
    @inlinable
    public func increment(by amount: Double) {
        guard amount > 0, amount.isFinite else { return }
        Shards.own().addFloating(amount, at: offset + 1)
    }

    /// The sum of all increments so far.
    public var value: Double { Self.value(of: block, in: Shards.all()) }

    static func value(of block: CellBlock, in shards: [UnsafeMutablePointer<Shards.Cell>]) -> Double {
        Double(block.total(0, in: shards)) + block.floatingTotal(1, in: shards)
    }
}
