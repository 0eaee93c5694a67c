public import Synchronization

/// A handle to one child of a histogram family. Every call is safe from any thread.
///
/// One observation counts for the classic and for the native buckets at once. The number of observations is never
/// stored: it is the sum of the cells, so that `_count` and the buckets cannot disagree.
public struct Histogram: Sendable {
    /// Cells before those of the layout: the sum.
    static let headerCells = 1

    @usableFromInline let offset: Int
    @usableFromInline let layout: HistogramLayout
    @usableFromInline let extremes: HistogramExtremes
    /// Keeps the cells from being given back.
    private let block: CellBlock

    init(_ cells: HistogramCells) {
        offset = cells.block.offset
        layout = cells.layout
        extremes = cells.extremes
        block = cells.block
    }

    /// Counts one observation, in the family's unit. Values that are not finite are counted apart, never in the sum.
    @inlinable
    @inline(__always)
    public func observe(_ value: Double) {
        guard let cell = layout.cell(of: value) else { return observeExtreme(value) }
        let shard = Shards.own()
        shard.addWhole(1, at: offset &+ cell &+ 2)
        shard.addFloating(value, at: offset)
    }

    /// Counts one duration, in seconds.
    public func observe(_ duration: Duration) {
        observe(duration.inSeconds)
    }

    @usableFromInline
    @inline(never)
    func observeExtreme(_ value: Double) {
        if value == 0 {
            Shards.own().addWhole(1, at: offset + 1)
        } else {
            extremes.observe(value)
        }
    }

    /// The number of observations so far.
    public var count: UInt64 {
        HistogramCells(block: block, layout: layout, extremes: extremes).snapshot(in: Shards.all()).count
    }
}

extension Duration {
    /// The duration in seconds, with the fraction a `Double` can hold.
    var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}
