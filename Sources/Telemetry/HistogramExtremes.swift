import NIOConcurrencyHelpers

/// What a histogram saw outside its cells: negative, tiny and huge values, and those that are no number.
///
/// Seldom used, so it is behind a lock and sparse.
@usableFromInline
final class HistogramExtremes: Sendable {
    struct Seen {
        /// Counts by native bucket of the value's magnitude.
        var positive: [Int: UInt64] = [:]
        var negative: [Int: UInt64] = [:]
        /// Counts by classic bucket.
        var classic: [Int: UInt64] = [:]
        var sum = 0.0
        /// Values that are not finite; they are in no bucket and in no sum.
        var nonFinite: UInt64 = 0
    }

    private let seen = NIOLockedValueBox(Seen())
    private let layout: HistogramLayout

    init(layout: HistogramLayout) {
        self.layout = layout
    }

    @usableFromInline
    func observe(_ value: Double) {
        seen.withLockedValue { seen in
            guard value.isFinite else { return seen.nonFinite += 1 }
            let bucket = NativeBuckets.index(of: value.magnitude, schema: layout.schema)
            if value < 0 { seen.negative[bucket, default: 0] += 1 } else { seen.positive[bucket, default: 0] += 1 }
            seen.classic[HistogramLayout.classicIndex(of: value, in: layout.classicBounds), default: 0] += 1
            seen.sum += value
        }
    }

    func snapshot() -> Seen { seen.withLockedValue { $0 } }
}
