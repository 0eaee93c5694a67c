package import Fleet

/// The contents that have failed to start lately: a bounded number, each for a bounded time.
package struct FailedContents: Sendable {
    package static let lifetime = Duration.seconds(60)
    package static let maximumCount = 1024

    private var failures: [ContentKey: ContinuousClock.Instant] = [:]

    package init() {}

    package var count: Int { failures.count }

    /// `contents` without those that have failed.
    package func without(_ contents: [ContentKey], now: ContinuousClock.Instant) -> [ContentKey] {
        contents.filter { content in failures[content].map { $0 + Self.lifetime <= now } ?? true }
    }

    /// Remembers a failure; the oldest one gives way where there are too many.
    package mutating func insert(_ content: ContentKey, now: ContinuousClock.Instant) {
        failures[content] = now
        guard failures.count > Self.maximumCount else { return }
        failures = failures.filter { $0.value + Self.lifetime > now }
        guard failures.count > Self.maximumCount, let oldest = failures.min(by: { $0.value < $1.value }) else { return }
        failures[oldest.key] = nil
    }

    package mutating func remove(_ content: ContentKey) {
        failures[content] = nil
    }
}
