public import Synchronization

/// A handle to one child of a gauge family. Every call is safe from any thread.
public struct Gauge: Sendable {
    static let cellCount = 1

    @usableFromInline let offset: Int
    /// Keeps the cell from being given back.
    @usableFromInline let block: CellBlock

    @inlinable
    init(block: CellBlock) {
        self.block = block
        offset = block.offset
    }

    @inlinable
    public func set(_ value: Double) {
        Shards.common[offset].store(value.bitPattern, ordering: .relaxed)
    }

    @inlinable
    public func set(_ value: Int) {
        set(Double(value))
    }

    @inlinable
    public func set(_ value: Bool) {
        set(value ? 1.0 : 0.0)
    }

    /// Adds an amount, which may be negative.
    public func add(_ amount: Double) {
        Shards.common.addFloatingShared(amount, at: offset)
    }

    public var value: Double { Self.value(at: offset) }

    static func value(at offset: Int) -> Double {
        Double(bitPattern: Shards.common[offset].load(ordering: .relaxed))
    }
}
