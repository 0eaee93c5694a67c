import NIOConcurrencyHelpers
import Synchronization

/// The memory of one histogram: the sum, the zero bucket, then one cell for each interval of the layout.
@usableFromInline
final class HistogramCells: Sendable {
    /// Cells before those of the layout: the sum.
    static let headerCells = 1

    private struct State {
        var view: NativeView
        /// What had been counted at the last reset; it is no longer shown.
        var baseline: Counts?
        /// Milliseconds since the Unix epoch.
        var created: Int64
    }

    /// Everything counted, at one moment.
    struct Counts {
        var cells: [UInt64] = []
        var sum = 0.0
        var extremes: HistogramExtremes.Seen?
        /// How many shards were added up.
        var shardCount = 0
    }

    @usableFromInline let block: CellBlock
    /// Where the sum is. Counts that all threads share have their sums apart, close to those of other histograms: each
    /// thread still adds to a sum of its own.
    @usableFromInline let sums: CellBlock
    @usableFromInline let layout: HistogramLayout
    private let extremes: HistogramExtremes
    private let bucketing: NativeBucketing
    private let state: NIOLockedValueBox<State>

    init(layout: HistogramLayout, bucketing: NativeBucketing, isShared: Bool, family: FamilyState) {
        self.layout = layout
        self.bucketing = bucketing
        block = CellBlock(count: Self.headerCells + layout.cellCount, family: family)
        sums = isShared ? CellBlock(count: 1, family: family) : block
        extremes = HistogramExtremes(layout: layout)
        state = NIOLockedValueBox(
            State(view: Self.firstView(bucketing, layout), baseline: nil, created: WallClock.milliseconds()))
    }

    /// Counts what no cell holds.
    @usableFromInline
    @inline(never)
    func observeExtreme(_ value: Double, isShared: Bool) {
        if value == 0 {
            let offset = block.offset + Self.headerCells
            if isShared { Shards.common.addWholeShared(1, at: offset) } else { Shards.own().addWhole(1, at: offset) }
        } else if value.isFinite {
            extremes.observe(value)
        } else {
            block.family.nonFinite.wrappingAdd(1, ordering: .relaxed)
        }
    }

    /// Adds up all shards into `collection` and returns when the histogram began to count, in milliseconds since the
    /// Unix epoch. Each observation is in it wholly or not at all, but for the sum, which may run ahead of or behind
    /// the counts by the observations made at this moment.
    @discardableResult
    func collect(into collection: inout HistogramCollection, shards: Shards.List, now: Int64) -> Int64 {
        state.withLockedValue { state in
            collection.counts.extremes = extremes.snapshot()
            // A scrape that began before the reset may know fewer threads than the reset did.
            let isOutdated = shards.shards.count < state.baseline?.shardCount ?? 0
            read(into: &collection.counts, isOutdated ? Shards.all() : shards)
            collection.fill(layout: layout, baseline: state.baseline)
            while true {
                collection.show(state.view, rawSchema: layout.schema)
                guard collection.bucketCount > bucketing.maximumBuckets else { break }
                if let interval = bucketing.minimumResetInterval, now - state.created >= interval.inMilliseconds {
                    state = State(view: Self.firstView(bucketing, layout), baseline: collection.counts, created: now)
                    collection.fill(layout: layout, baseline: state.baseline)
                } else if let lowest = collection.lowestIndex,
                    let coarser = state.view.coarser(lowestIndex: lowest, limits: bucketing)
                {
                    state.view = coarser
                } else {
                    break
                }
            }
            collection.attach(block.exemplars)
            return state.created
        }
    }

    private func read(into counts: inout Counts, _ shards: Shards.List) {
        counts.shardCount = shards.shards.count
        counts.sum = sums.floatingTotal(0, in: shards)
        counts.cells.removeAll(keepingCapacity: true)
        for cell in 0..<layout.cellCount { counts.cells.append(block.total(cell + Self.headerCells, in: shards)) }
    }

    /// Cells are not divided within a bucket, so the threshold is the nearest bound below.
    private static func firstView(_ bucketing: NativeBucketing, _ layout: HistogramLayout) -> NativeView {
        let threshold = NativeBuckets.lastBound(within: bucketing.zeroThreshold, schema: layout.schema)
        return NativeView(schema: bucketing.schema, zeroThreshold: threshold)
    }
}
