import TestSupport

extension TestLength {
    /// Of the test that counts under scrapes.
    static let observations = isLong ? 100_000_000 : 10_000_000
}
