/// Quantiles of the Poisson distribution, over-dispersed where the data is.
enum PoissonQuantile {
    /// Means above this use the normal approximation, whose error is below one event there.
    private static let exactLimit = 1000.0

    /// The smallest n with P(events ≤ n) ≥ `probability`, for a Poisson distribution of `mean` whose spread is widened
    /// to `dispersion` times the variance. 0 for a mean that is not positive.
    static func value(mean: Double, probability: Double, dispersion: Double = 1) -> Int {
        guard mean > 0, mean.isFinite else { return 0 }
        let plain = mean <= exactLimit ? exact(mean, probability) : mean + 4 * mean.squareRoot()
        let widened = mean + max(0, plain - mean) * max(1, dispersion).squareRoot()
        return Int(min(widened.rounded(.up), 1e9))
    }

    /// Sums the probabilities relative to the largest one, so that nothing under- or overflows.
    private static func exact(_ mean: Double, _ probability: Double) -> Double {
        let mode = Int(mean)
        var above: [Double] = []
        var term = 1.0
        var n = mode
        while term > 1e-12 {
            above.append(term)
            n += 1
            term *= mean / Double(n)
        }
        var below: [Double] = []
        term = 1
        n = mode
        while n > 0, term > 1e-12 {
            term *= Double(n) / mean
            below.append(term)
            n -= 1
        }
        let terms = below.reversed() + above
        let first = mode - below.count
        let goal = terms.reduce(0, +) * min(max(probability, 0), 1 - 1e-9)
        var sum = 0.0
        for (offset, term) in terms.enumerated() {
            sum += term
            if sum >= goal { return Double(first + offset) }
        }
        return Double(first + terms.count - 1)
    }
}
