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

    @usableFromInline let offset: Int
    let count: Int
    let family: FamilyState
    private let hasExemplars = Synchronization.Atomic<Bool>(false)

    init(count: Int, family: FamilyState) {
        self.count = count
        self.family = family
        offset = Self.space.withLockedValue { space in
            if let free = space.free[count]?.popLast() { return free }
            defer { space.end += count }
            precondition(space.end + count <= Shards.capacity, "more series than the metrics memory has cells for")
            return space.end
        }
    }

    deinit {
        if hasExemplars.load(ordering: .relaxed) { ExemplarStore.remove(offset) }
        for shard in Shards.all().shards {
            for index in offset..<offset + count { shard[index].store(0, ordering: .relaxed) }
        }
        Self.space.withLockedValue { $0.free[count, default: []].append(offset) }
    }

    /// Keeps an exemplar in one of the block's places, instead of the one that was there.
    @usableFromInline
    func keep(_ exemplar: Exemplar, at place: Int) {
        ExemplarStore.keep(exemplar, block: offset, place: place)
        hasExemplars.store(true, ordering: .releasing)
        family.hasExemplars.store(true, ordering: .releasing)
    }

    /// The exemplars by place; empty when there never was one.
    var exemplars: [Int: Exemplar] {
        hasExemplars.load(ordering: .acquiring) ? ExemplarStore.exemplars(offset) : [:]
    }

    /// The sum of one cell's whole numbers over all shards.
    @inline(__always)
    func total(_ index: Int, in shards: Shards.List) -> UInt64 {
        var total: UInt64 = 0
        for shard in shards.shards { total &+= shard[offset &+ index].load(ordering: .relaxed) }
        return total
    }

    /// The sum of one cell's floating-point numbers over all shards.
    @inline(__always)
    func floatingTotal(_ index: Int, in shards: Shards.List) -> Double {
        var total = 0.0
        for shard in shards.shards { total += Double(bitPattern: shard[offset &+ index].load(ordering: .relaxed)) }
        return total
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

    /// Adds to a cell that several threads write.
    @inlinable
    @inline(__always)
    func addWholeShared(_ amount: UInt64, at index: Int) {
        self[index].wrappingAdd(amount, ordering: .relaxed)
    }

    /// Adds to a floating-point cell that several threads write.
    @inlinable
    @inline(__always)
    func addFloatingShared(_ amount: Double, at index: Int) {
        var seen = self[index].load(ordering: .relaxed)
        while true {
            let sum = Double(bitPattern: seen) + amount
            let (exchanged, original) = self[index].weakCompareExchange(
                expected: seen, desired: sum.bitPattern, ordering: .relaxed)
            if exchanged { return }
            seen = original
        }
    }
}
