/// Good and total events of the recent past, counted in buckets of equal width. Memory is bounded by the number of
/// buckets; events older than the window are forgotten.
public struct EventWindow: Sendable, Hashable {
    /// What was counted over some time.
    public struct Counts: Sendable, Hashable {
        public var good: Int
        public var total: Int

        public init(good: Int = 0, total: Int = 0) {
            self.good = good
            self.total = total
        }

        public var bad: Int { total - good }
    }

    private struct Bucket: Sendable, Hashable {
        var index: Int64 = .min
        var counts = Counts()
    }

    /// Milliseconds a bucket covers.
    public let bucketMilliseconds: Int64
    private var buckets: [Bucket]

    /// - Parameters:
    ///   - bucketMilliseconds: width of a bucket, at least 1.
    ///   - bucketCount: number of buckets kept, at least 1; the window is their product.
    public init(bucketMilliseconds: Int64, bucketCount: Int) {
        self.bucketMilliseconds = max(1, bucketMilliseconds)
        self.buckets = Array(repeating: Bucket(), count: max(1, bucketCount))
    }

    /// Counts one event at a time in milliseconds since the Unix epoch. An event older than the window is dropped.
    public mutating func record(isGood: Bool, at milliseconds: Int64) {
        let index = bucketIndex(milliseconds)
        let slot = slot(of: index)
        guard buckets[slot].index <= index else { return }
        if buckets[slot].index < index { buckets[slot] = Bucket(index: index) }
        buckets[slot].counts.total += 1
        if isGood { buckets[slot].counts.good += 1 }
    }

    /// The events of the last `milliseconds` before `now`, the bucket of `now` included; rounded up to whole buckets.
    public func counts(overLast milliseconds: Int64, now: Int64) -> Counts {
        let newest = bucketIndex(now)
        let wanted = max(1, (milliseconds + bucketMilliseconds - 1) / bucketMilliseconds)
        let oldest = newest - min(wanted, Int64(buckets.count)) + 1
        return buckets.reduce(into: Counts()) { sum, bucket in
            guard bucket.index >= oldest, bucket.index <= newest else { return }
            sum.good += bucket.counts.good
            sum.total += bucket.counts.total
        }
    }

    /// Totals of the last `count` buckets before `now`, oldest first, the unfinished bucket of `now` left out.
    public func totals(ofLast count: Int, now: Int64) -> [Int] {
        let newest = bucketIndex(now) - 1
        return (0..<min(count, buckets.count)).reversed().map { age in
            let index = newest - Int64(age)
            let bucket = buckets[slot(of: index)]
            return bucket.index == index ? bucket.counts.total : 0
        }
    }

    private func bucketIndex(_ milliseconds: Int64) -> Int64 {
        (milliseconds / bucketMilliseconds) - (milliseconds % bucketMilliseconds < 0 ? 1 : 0)
    }

    private func slot(of index: Int64) -> Int {
        let count = Int64(buckets.count)
        return Int(((index % count) + count) % count)
    }
}
