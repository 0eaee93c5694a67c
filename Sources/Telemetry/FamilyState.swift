import Synchronization

/// What the children of one family share: facts that a scrape needs to know and counts of what was refused.
@usableFromInline
final class FamilyState: Sendable {
    /// Whether any child ever got an exemplar.
    let hasExemplars = Synchronization.Atomic<Bool>(false)
    /// Whether any child was ever incremented by a fraction.
    let hasFractions = Synchronization.Atomic<Bool>(false)
    /// Look-ups that landed in the overflow child.
    let droppedSeries = Synchronization.Atomic<Int>(0)
    /// Label values that were cut to ``MetricFamily/maximumLabelValueLength``.
    let truncatedLabelValues = Synchronization.Atomic<Int>(0)
    /// Observations that were not finite.
    let nonFinite = Synchronization.Atomic<Int>(0)

    init() {}
}
