import NIOConcurrencyHelpers
public import Synchronization

/// A run of cells that belongs to one child of one family, at the same offset in every shard.
///
/// Given back, zeroed, when nobody can write to it any more: when the registry and the last handle have let go.
@usableFromInline
final class CellBlock: Sendable {
    private struct Space {
        var end = 0
        /// Offsets of blocks given back, by length.
        var free: [Int: [Int]] = [:]
    }

    private static let space = NIOLockedValueBox(Space())

    let offset: Int
    let count: Int

    init(count: Int) {
        self.count = count
        offset = Self.space.withLockedValue { space in
            if let free = space.free[count]?.popLast() { return free }
            defer { space.end += count }
            precondition(space.end + count <= Shards.capacity, "more series than the metrics memory has cells for")
            return space.end
        }
    }

    deinit {
        for shard in Shards.all() + [Shards.common] {
            for index in offset..<offset + count { shard[index].store(0, ordering: .relaxed) }
        }
        Self.space.withLockedValue { $0.free[count, default: []].append(offset) }
    }

    /// The sum of one cell's whole numbers over all shards.
    func total(_ index: Int, in shards: [UnsafeMutablePointer<Shards.Cell>]) -> UInt64 {
        shards.reduce(0) { $0 &+ $1[offset + index].load(ordering: .relaxed) }
    }

    /// The sum of one cell's floating-point numbers over all shards.
    func floatingTotal(_ index: Int, in shards: [UnsafeMutablePointer<Shards.Cell>]) -> Double {
        shards.reduce(0) { $0 + Double(bitPattern: $1[offset + index].load(ordering: .relaxed)) }
    }
}

extension UnsafeMutablePointer where Pointee == Shards.Cell {
    /// Adds to a cell that only the calling thread writes.
    @inlinable
    @inline(__always)
    func addWhole(_ amount: UInt64, at index: Int) {
        self[index].store(self[index].load(ordering: .relaxed) &+ amount, ordering: .relaxed)
    }

    /// Adds to a floating-point cell that only the calling thread writes.
    @inlinable
    @inline(__always)
    func addFloating(_ amount: Double, at index: Int) {
        let sum = Double(bitPattern: self[index].load(ordering: .relaxed)) + amount
        self[index].store(sum.bitPattern, ordering: .relaxed)
    }
}
