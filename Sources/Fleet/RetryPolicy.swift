/// How often something that failed is tried again, and after which pause: exponential back-off with full jitter, so
/// that those who failed together do not come back together.
public struct RetryPolicy: Sendable, Hashable {
    public static let longestPause = Duration.seconds(60)

    public let maxRetries: Int
    public let baseDelay: Duration

    public init(maxRetries: Int, baseDelay: Duration) {
        self.maxRetries = max(0, maxRetries)
        self.baseDelay = max(.zero, baseDelay)
    }

    /// The longest pause before the given retry; the first one is 0.
    public func longestDelay(before retry: Int) -> Duration {
        min(baseDelay * (1 << min(max(0, retry), 20)), Self.longestPause)
    }

    /// A pause between zero and ``longestDelay(before:)``, each as likely as the other; nil when there have been
    /// `maxRetries` retries.
    public func delay(before retry: Int, using random: inout some RandomNumberGenerator) -> Duration? {
        guard retry < maxRetries else { return nil }
        return .milliseconds(Int64.random(in: 0...longestDelay(before: retry).wholeMilliseconds, using: &random))
    }
}
