/// The memory in which a histogram is put together for an exposition; kept from one histogram to the next, so that a
/// scrape allocates nothing.
struct HistogramCollection {
    var counts = HistogramCells.Counts()
    private(set) var snapshot = HistogramSnapshot(
        classic: [], sum: 0, schema: 0, zeroThreshold: 0, zeroCount: 0, positive: [], negative: [])
    /// Buckets in the layout's resolution.
    private var positive: [HistogramSnapshot.Bucket] = []
    private var negative: [HistogramSnapshot.Bucket] = []
    private var zeroCount: UInt64 = 0

    var bucketCount: Int { snapshot.positive.count + snapshot.negative.count }

    var lowestIndex: Int? {
        switch (snapshot.positive.first?.index, snapshot.negative.first?.index) {
        case (let positive?, let negative?): min(positive, negative)
        case (let one?, nil), (nil, let one?): one
        case (nil, nil): nil
        }
    }

    /// Takes the counts, less those of the baseline, apart into classic buckets and native ones of full resolution.
    mutating func fill(layout: HistogramLayout, baseline: HistogramCells.Counts?) {
        let extremes = counts.extremes
        snapshot.classic.removeAll(keepingCapacity: true)
        for bucket in 0...layout.classicBounds.count {
            let now = extremes?.classic[bucket] ?? 0
            snapshot.classic.append(now - (baseline?.extremes?.classic[bucket] ?? 0))
        }
        positive.removeAll(keepingCapacity: true)
        negative.removeAll(keepingCapacity: true)
        zeroCount = 0
        for cell in 0..<layout.cellCount {
            let count = counts.cells[cell] - (baseline?.cells[cell] ?? 0)
            guard count > 0 else { continue }
            snapshot.classic[layout.classicIndex[cell]] += count
            if cell == 0 {
                zeroCount = count
            } else if let last = positive.last, last.index == layout.nativeIndex[cell] {
                positive[positive.count - 1] = HistogramSnapshot.Bucket(
                    index: last.index, count: last.count + count)
            } else {
                positive.append(HistogramSnapshot.Bucket(index: layout.nativeIndex[cell], count: count))
            }
        }
        if let extremes { addExtremes(extremes, baseline?.extremes) }
        snapshot.sum = counts.sum + (extremes?.sum ?? 0)
        if let baseline { snapshot.sum -= baseline.sum + (baseline.extremes?.sum ?? 0) }
    }

    /// Shows the native buckets in a view.
    mutating func show(_ view: NativeView, rawSchema: Int) {
        snapshot.schema = view.schema
        snapshot.zeroThreshold = view.zeroThreshold
        snapshot.zeroCount = zeroCount
        view.merge(positive, rawSchema: rawSchema, into: &snapshot.positive, zeroCount: &snapshot.zeroCount)
        view.merge(negative, rawSchema: rawSchema, into: &snapshot.negative, zeroCount: &snapshot.zeroCount)
    }

    /// Adds the exemplars, by classic bucket.
    mutating func attach(_ exemplars: [Int: Exemplar]) {
        snapshot.exemplars.removeAll(keepingCapacity: true)
        guard !exemplars.isEmpty else { return }
        for bucket in snapshot.classic.indices { snapshot.exemplars.append(exemplars[bucket]) }
    }

    private mutating func addExtremes(_ extremes: HistogramExtremes.Seen, _ baseline: HistogramExtremes.Seen?) {
        typealias Buckets = [HistogramSnapshot.Bucket]
        func grown(_ now: Buckets, _ before: Buckets) -> Buckets {
            guard !before.isEmpty else { return now }
            let old = Dictionary(before.map { ($0.index, $0.count) }, uniquingKeysWith: +)
            return now.map { HistogramSnapshot.Bucket(index: $0.index, count: $0.count - (old[$0.index] ?? 0)) }
                .filter { $0.count > 0 }
        }
        negative.append(contentsOf: grown(extremes.negative, baseline?.negative ?? []))
        let outside = grown(extremes.positive, baseline?.positive ?? [])
        guard !outside.isEmpty else { return }
        var merged: [Int: UInt64] = [:]
        for bucket in positive + outside { merged[bucket.index, default: 0] += bucket.count }
        positive = merged.sorted { $0.key < $1.key }.map { HistogramSnapshot.Bucket(index: $0.key, count: $0.value) }
    }
}
