import Foundation
import NIOConcurrencyHelpers

/// How long this process was kept from running since the value was made.
///
/// A test that bounds a viewer's gap adds this to its bound: on a machine that is busy with other tests, what was due
/// comes late for reasons that are not the program's. On a quiet machine it is zero.
public struct SchedulingNoise: Sendable {
    private let start: (thread: Duration, pool: Duration)

    public init() {
        start = Sampler.shared.delays
    }

    /// The sum of the delays of a thread, or of a task of the cooperative pool, whichever is longer.
    public var total: Duration {
        let delays = Sampler.shared.delays
        return max(delays.thread - start.thread, delays.pool - start.pool)
    }

    /// A thread and a task that do nothing but sleep, and sum up by how much they woke too late.
    private final class Sampler: Sendable {
        static let shared = Sampler()
        private static let period = Duration.milliseconds(5)
        /// What a quiet machine shows, too.
        private static let usual = Duration.milliseconds(20)

        private let sums = NIOLockedValueBox<(thread: Duration, pool: Duration)>((.zero, .zero))

        private init() {
            let thread = Thread { [self] in
                while true {
                    let begin = ContinuousClock.now
                    Thread.sleep(forTimeInterval: Self.period / .seconds(1))
                    let delay = begin.duration(to: .now) - Self.period
                    if delay > Self.usual { sums.withLockedValue { $0.thread += delay } }
                }
            }
            thread.name = "noise"
            thread.start()
            Task { [self] in
                while !Task.isCancelled {
                    let begin = ContinuousClock.now
                    try? await Task.sleep(for: Self.period)
                    let delay = begin.duration(to: .now) - Self.period
                    if delay > Self.usual { sums.withLockedValue { $0.pool += delay } }
                }
            }
        }

        var delays: (thread: Duration, pool: Duration) { sums.withLockedValue { $0 } }
    }
}
