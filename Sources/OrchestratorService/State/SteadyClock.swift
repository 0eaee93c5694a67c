import Foundation
import Fleet

/// The time of day that never runs backwards: read once at start, then carried on by the monotonic clock.
struct SteadyClock: Sendable {
    private let origin: Timestamp
    private let start = ContinuousClock.now

    init() {
        origin = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
    }

    var now: Timestamp { origin + (ContinuousClock.now - start) }
}
