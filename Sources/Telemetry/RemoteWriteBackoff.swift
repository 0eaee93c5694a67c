/// How long to wait between attempts: twice as long each time, half of it left to chance so that many senders do not
/// come back at once.
package struct RemoteWriteBackoff: Sendable {
    private let minimum: Duration
    private let maximum: Duration
    private var failures = 0

    /// - Parameters:
    ///   - minimum: the longest first wait.
    ///   - maximum: the longest wait of all.
    package init(minimum: Duration, maximum: Duration) {
        self.minimum = minimum
        self.maximum = max(minimum, maximum)
    }

    /// The wait after one more failure: from a half of min(minimum × 2ⁿ, maximum) to the whole.
    package mutating func next(using random: inout some RandomNumberGenerator) -> Duration {
        var longest = minimum
        for _ in 0..<failures where longest < maximum { longest *= 2 }
        failures += 1
        return min(longest, maximum) * Double.random(in: 0.5...1, using: &random)
    }

    /// After a success.
    package mutating func reset() {
        failures = 0
    }
}
