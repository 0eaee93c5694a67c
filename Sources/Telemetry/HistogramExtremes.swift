import NIOConcurrencyHelpers

/// What a histogram saw outside its cells: negative, tiny and huge values.
///
/// Seldom used, so it is behind a lock and sparse.
@usableFromInline
final class HistogramExtremes: Sendable {
    struct Seen {
        /// Counts by native bucket of the value's magnitude, by ascending index.
        var positive: [HistogramSnapshot.Bucket] = []
        var negative: [HistogramSnapshot.Bucket] = []
        /// Counts by classic bucket.
        var classic: [UInt64]
        var sum = 0.0
    }

    private let seen: NIOLockedValueBox<Seen>
    private let layout: HistogramLayout

    init(layout: HistogramLayout) {
        self.layout = layout
        seen = NIOLockedValueBox(Seen(classic: [UInt64](repeating: 0, count: layout.classicBounds.count + 1)))
    }

    /// Counts a finite value.
    func observe(_ value: Double) {
        seen.withLockedValue { seen in
            let bucket = NativeBuckets.index(of: value.magnitude, schema: layout.schema)
            if value < 0 { Self.count(bucket, in: &seen.negative) } else { Self.count(bucket, in: &seen.positive) }
            seen.classic[HistogramLayout.classicIndex(of: value, in: layout.classicBounds)] += 1
            seen.sum += value
        }
    }

    func snapshot() -> Seen { seen.withLockedValue { $0 } }

    private static func count(_ index: Int, in buckets: inout [HistogramSnapshot.Bucket]) {
        let place = buckets.firstIndex { $0.index >= index } ?? buckets.count
        if place < buckets.count, buckets[place].index == index {
            buckets[place] = HistogramSnapshot.Bucket(index: index, count: buckets[place].count + 1)
        } else {
            buckets.insert(HistogramSnapshot.Bucket(index: index, count: 1), at: place)
        }
    }
}
