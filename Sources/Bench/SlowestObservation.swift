import CLinux
import Foundation
import NIOConcurrencyHelpers
import Telemetry

/// How long the slowest one in ten thousand observations takes while another thread scrapes without a pause.
enum SlowestObservation {
    private static let observations = 5_000_000

    /// Nanoseconds, the two readings of the clock included: the median of five runs.
    static func run(registry: Registry, histogram: Histogram, values: [Double]) -> Double {
        let isDone = NIOLockedValueBox(false)
        let scrapes = Thread {
            while !isDone.withLockedValue({ $0 }) { _ = registry.exposition(.openMetrics) }
        }
        scrapes.start()
        defer { isDone.withLockedValue { $0 = true } }
        return Spread((0..<5).map { _ in Double(measure(histogram, values)) }).median
    }

    private static func measure(_ histogram: Histogram, _ values: [Double]) -> Int64 {
        var times = [Int32](repeating: 0, count: observations)
        for index in 0..<observations {
            let start = now()
            histogram.observe(values[index & 4095])
            times[index] = Int32(clamping: now() - start)
        }
        times.sort()
        return Int64(times[observations - observations / 10_000])
    }

    private static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
