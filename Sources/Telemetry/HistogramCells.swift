/// The memory of one histogram.
struct HistogramCells: Sendable {
    /// What a histogram has counted, merged over all threads.
    struct Snapshot {
        /// One for each classic bucket and one above the last bound, not cumulative.
        var classic: [UInt64]
        /// Counts by native bucket index, positive and negative values.
        var positive: [Int: UInt64]
        var negative: [Int: UInt64]
        var zero: UInt64
        var sum: Double
        var nonFinite: UInt64

        /// The number of observations.
        var count: UInt64 { classic.reduce(0, +) }
    }

    let block: CellBlock
    let layout: HistogramLayout
    let extremes: HistogramExtremes

    init(layout: HistogramLayout) {
        self.layout = layout
        block = CellBlock(count: Histogram.headerCells + layout.cellCount)
        extremes = HistogramExtremes(layout: layout)
    }

    init(block: CellBlock, layout: HistogramLayout, extremes: HistogramExtremes) {
        self.block = block
        self.layout = layout
        self.extremes = extremes
    }

    /// Adds up all shards. Each observation is in it wholly or not at all, but for the sum, which may run ahead of or
    /// behind the counts by the observations made at this moment.
    func snapshot(in shards: [UnsafeMutablePointer<Shards.Cell>]) -> Snapshot {
        let extremes = extremes.snapshot()
        var snapshot = Snapshot(
            classic: [UInt64](repeating: 0, count: layout.classicBounds.count + 1), positive: extremes.positive,
            negative: extremes.negative, zero: block.total(1, in: shards),
            sum: block.floatingTotal(0, in: shards) + extremes.sum, nonFinite: extremes.nonFinite)
        snapshot.classic[layout.classicIndex[0]] += snapshot.zero
        for (bucket, count) in extremes.classic { snapshot.classic[bucket] += count }
        for cell in 1..<layout.cellCount {
            let count = block.total(cell + 1, in: shards)
            guard count > 0 else { continue }
            snapshot.classic[layout.classicIndex[cell]] += count
            snapshot.positive[layout.nativeIndex[cell], default: 0] += count
        }
        return snapshot
    }
}
