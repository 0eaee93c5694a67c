/// Runs of native buckets, as all formats write them: a run's distance from the end of the one before, and its length.
///
/// A gap of up to two empty buckets is filled with zeros: that is shorter than another run.
package enum NativeSpans {
    private static let longestFilledGap = 2

    /// Calls `body` with each run's offset and length. The first offset is the first bucket's index.
    package static func forEach(_ buckets: [HistogramSnapshot.Bucket], _ body: (_ offset: Int, _ length: Int) -> Void) {
        var start = 0
        var end = 0
        var isOpen = false
        var previousEnd = 0
        for bucket in buckets {
            if isOpen, bucket.index - end <= longestFilledGap {
                end = bucket.index + 1
                continue
            }
            if isOpen {
                body(start - previousEnd, end - start)
                previousEnd = end
            }
            start = bucket.index
            end = bucket.index + 1
            isOpen = true
        }
        if isOpen { body(start - previousEnd, end - start) }
    }

    /// Calls `body` with the count of each bucket of the runs, those of filled gaps included.
    package static func forEachCount(_ buckets: [HistogramSnapshot.Bucket], _ body: (UInt64) -> Void) {
        var next: Int?
        for bucket in buckets {
            if let next, bucket.index - next <= longestFilledGap {
                for _ in next..<bucket.index { body(0) }
            }
            body(bucket.count)
            next = bucket.index + 1
        }
    }
}
