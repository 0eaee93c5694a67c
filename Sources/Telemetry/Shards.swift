import NIOConcurrencyHelpers
public import Synchronization

public import CLinux

/// The memory in which all instruments count: one shard for each thread that records, written by that thread alone.
///
/// A cell is the same 8-byte offset in every shard. A thread adds to its own shard with a plain load and store, so that
/// recording takes no lock, no locked instruction and no cache line that another thread writes; a collect adds the
/// shards up. A thread that ends leaves its shard, with what it counted, to a later thread.
@usableFromInline
enum Shards {
    @usableFromInline
    typealias Cell = Synchronization.Atomic<UInt64>

    /// Cells in each shard. This much address space is reserved; memory is used only for pages that are written.
    static let capacity = 1 << 24

    /// Every shard there is, whether a thread owns it or not.
    ///
    /// `@unchecked Sendable`: needs no lock, the pointers never change and the cells behind them are atomic.
    @usableFromInline
    struct List: @unchecked Sendable {
        fileprivate(set) var shards: [UnsafeMutablePointer<Cell>]

        fileprivate init(shards: [UnsafeMutablePointer<Cell>]) {
            self.shards = shards
        }
    }

    private struct State {
        var all: List
        var free: [UInt] = []
    }

    private static let state = NIOLockedValueBox(State(all: List(shards: [common])))

    /// The memory of values that are set, and of those that all threads add to: written with atomic instructions.
    @usableFromInline nonisolated(unsafe) static let common = reserve()

    /// The calling thread's shard.
    @inlinable
    @inline(__always)
    static func own() -> UnsafeMutablePointer<Cell> {
        let shard = weir_shard() ?? adopt()
        return UnsafeMutableRawPointer(shard).assumingMemoryBound(to: Cell.self)
    }

    @usableFromInline
    @inline(never)
    static func adopt() -> UnsafeMutablePointer<UInt8> {
        let address = state.withLockedValue { state in
            if let free = state.free.popLast() { return free }
            let shard = reserve()
            state.all.shards.append(shard)
            return UInt(bitPattern: shard)
        }
        guard let shard = UnsafeMutablePointer<UInt8>(bitPattern: address) else {
            preconditionFailure("a shard has no address")
        }
        weir_shard_adopt(shard) { released in
            guard let released else { return }
            Shards.state.withLockedValue { $0.free.append(UInt(bitPattern: released)) }
        }
        return shard
    }

    /// Every shard, for a collect: those of the threads and the common one.
    static func all() -> List {
        state.withLockedValue { $0.all }
    }

    private static func reserve() -> UnsafeMutablePointer<Cell> {
        guard let memory = weir_reserve(capacity * MemoryLayout<UInt64>.stride) else {
            preconditionFailure("no address space is left for metrics")
        }
        return UnsafeMutableRawPointer(memory).assumingMemoryBound(to: Cell.self)
    }
}
