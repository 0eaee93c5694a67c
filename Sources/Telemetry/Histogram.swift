import Synchronization

/// A handle to one child of a histogram family. Every call is safe from any thread.
public struct Histogram: Sendable {
    let cell: HistogramCell

    /// Counts one observation, in the family's unit. Non-finite values are ignored.
    public func observe(_ value: Double) {
        cell.observe(value)
    }

    /// Counts one duration, in seconds.
    public func observe(_ duration: Duration) {
        cell.observe(duration.inSeconds)
    }

    /// The number of observations so far.
    public var count: UInt64 { cell.snapshot().counts.reduce(0, +) }
}

/// The memory of one histogram. `_count` is never stored: it is the sum of the buckets, so the two cannot disagree.
///
/// `@unchecked Sendable`: `counts` points at atomics and is freed only in `deinit`.
final class HistogramCell: @unchecked Sendable {
    private let upperBounds: [Double]
    private let counts: UnsafeMutablePointer<Atomic<UInt64>>
    private let sum = AtomicDouble()

    init(upperBounds: [Double]) {
        self.upperBounds = upperBounds
        counts = .allocate(capacity: upperBounds.count + 1)
        for index in 0...upperBounds.count {
            (counts + index).initialize(to: Atomic(0))
        }
    }

    deinit {
        counts.deinitialize(count: upperBounds.count + 1)
        counts.deallocate()
    }

    func observe(_ value: Double) {
        guard value.isFinite else { return }
        counts[bucket(of: value)].wrappingAdd(1, ordering: .relaxed)
        sum.add(value)
    }

    /// Counts for each bucket, the last one above every bound; not cumulative.
    func snapshot() -> (counts: [UInt64], sum: Double) {
        ((0...upperBounds.count).map { counts[$0].load(ordering: .relaxed) }, sum.value)
    }

    /// Index of the first bound that is not below `value`.
    private func bucket(of value: Double) -> Int {
        var low = 0
        var high = upperBounds.count
        while low < high {
            let middle = (low + high) / 2
            if upperBounds[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension Duration {
    /// The duration in seconds, with the fraction a `Double` can hold.
    var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}
