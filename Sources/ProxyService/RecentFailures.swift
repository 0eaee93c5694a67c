import Catalogue
package import Fleet

/// The contents whose start has failed lately, with the failure that those who ask again are told: a bounded number,
/// each for a bounded time.
///
/// Only what says something about the content is kept: the engine could not load it, or delivered nothing in time. The
/// lack of an engine and failures of the proxy's own never are.
package struct RecentFailures: Sendable {
    package static let maximumCount = 1024

    /// How long a failure is told again; zero: never.
    package let lifetime: Duration
    private var failures: [ContentKey: (failure: StartFailure, until: ContinuousClock.Instant)] = [:]

    package init(lifetime: Duration) {
        self.lifetime = lifetime
    }

    package var count: Int { failures.count }

    /// The failure that one of a content's names is known for.
    package func failure(of names: Set<ContentKey>, now: ContinuousClock.Instant) -> StartFailure? {
        guard !failures.isEmpty else { return nil }
        return names.lazy.compactMap { failures[$0] }.first { $0.until > now }?.failure
    }

    /// Remembers a failure under every name of its content; the oldest ones give way where there are too many.
    package mutating func note(_ failure: StartFailure, of names: Set<ContentKey>, now: ContinuousClock.Instant) {
        guard lifetime > .zero, failure.outcome == .deadContent || failure.outcome == .timeout else { return }
        for name in names { failures[name] = (failure, now + lifetime) }
        guard failures.count > Self.maximumCount else { return }
        failures = failures.filter { $0.value.until > now }
        while failures.count > Self.maximumCount, let oldest = failures.min(by: { $0.value.until < $1.value.until }) {
            failures[oldest.key] = nil
        }
    }

    /// The content has delivered.
    package mutating func clear(_ names: Set<ContentKey>) {
        guard !failures.isEmpty else { return }
        for name in names { failures[name] = nil }
    }
}
