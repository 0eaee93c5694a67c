/// A handle to one child of a histogram family. Every call is safe from any thread.
///
/// One observation counts for the classic and for the native buckets at once. The number of observations is never
/// stored: it is the sum of the cells, so that `_count` and the buckets cannot disagree.
public struct Histogram: Sendable {
    @usableFromInline let offset: Int
    @usableFromInline let sumOffset: Int
    @usableFromInline let isShared: Bool
    @usableFromInline let layout: HistogramLayout
    /// Keeps the cells from being given back.
    @usableFromInline let cells: HistogramCells

    @inlinable
    init(_ cells: HistogramCells, isShared: Bool) {
        self.cells = cells
        self.isShared = isShared
        offset = cells.block.offset
        sumOffset = cells.sums.offset
        layout = cells.layout
    }

    /// Counts one observation, in the family's unit. Values that are not finite are counted apart, never in the sum.
    @inlinable
    @inline(__always)
    public func observe(_ value: Double) {
        guard let cell = layout.cell(of: value) else { return cells.observeExtreme(value, isShared: isShared) }
        if isShared {
            Shards.common.addWholeShared(1, at: offset &+ cell &+ 2)
            Shards.own().addFloating(value, at: sumOffset)
        } else {
            let shard = Shards.own()
            shard.addWhole(1, at: offset &+ cell &+ 2)
            shard.addFloating(value, at: offset)
        }
    }

    /// Counts one duration, in seconds.
    public func observe(_ duration: Duration) {
        observe(duration.inSeconds)
    }

    /// Counts one observation and keeps the labels as the exemplar of its bucket. Labels that are longer than
    /// ``Exemplar/maximumLabelLength`` are not kept.
    public func observe(_ value: Double, exemplar labels: [LabelPair]) {
        observe(value)
        guard value.isFinite, !labels.isEmpty, let exemplar = Exemplar(labels, value: value) else { return }
        cells.block.keep(exemplar, at: HistogramLayout.classicIndex(of: value, in: layout.classicBounds))
    }

    /// Counts one duration, in seconds, and keeps the labels as the exemplar of its bucket.
    public func observe(_ duration: Duration, exemplar labels: [LabelPair]) {
        observe(duration.inSeconds, exemplar: labels)
    }

    /// What has been counted so far.
    public var snapshot: HistogramSnapshot {
        var collection = HistogramCollection()
        cells.collect(into: &collection, shards: Shards.all(), now: WallClock.milliseconds())
        return collection.snapshot
    }

    /// The number of observations so far.
    public var count: UInt64 { snapshot.count }
}

extension Duration {
    /// The duration in seconds, with the fraction a `Double` can hold.
    var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }

    /// The duration in whole milliseconds.
    var inMilliseconds: Int64 {
        components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
    }
}
