/// Stops an operation that keeps failing: closed → open after N failures in a row → half-open after a time, with
/// exactly one probe → closed on its success, open again on its failure.
public struct CircuitBreaker: Sendable, Hashable {
    public enum State: String, Sendable, Hashable, CaseIterable {
        case closed
        case open
        case halfOpen = "half_open"
    }

    public let failureThreshold: Int
    public let recoveryTimeout: Duration
    public private(set) var failureCount = 0
    public private(set) var lastFailure: Timestamp?
    public private(set) var lastSuccess: Timestamp?
    private var openedAt: Timestamp?
    private var isProbing = false

    public init(failureThreshold: Int, recoveryTimeout: Duration) {
        self.failureThreshold = max(1, failureThreshold)
        self.recoveryTimeout = recoveryTimeout
    }

    public func state(now: Timestamp) -> State {
        guard let openedAt else { return .closed }
        return isProbing || now >= openedAt + recoveryTimeout ? .halfOpen : .open
    }

    /// Whether it has opened and not been closed since.
    public var isTripped: Bool { openedAt != nil }

    /// Whether the operation may be tried now. In the half-open state the first caller gets the only probe.
    public mutating func admit(now: Timestamp) -> Bool {
        switch state(now: now) {
        case .closed: return true
        case .open: return false
        case .halfOpen:
            guard !isProbing else { return false }
            isProbing = true
            return true
        }
    }

    public mutating func recordSuccess(now: Timestamp) {
        failureCount = 0
        lastSuccess = now
        openedAt = nil
        isProbing = false
    }

    public mutating func recordFailure(now: Timestamp) {
        failureCount += 1
        lastFailure = now
        if isProbing || failureCount >= failureThreshold { openedAt = now }
        isProbing = false
    }

    /// An admitted operation ended without telling anything about the resource: a probe may be tried again.
    public mutating func recordAbandoned() {
        isProbing = false
    }

    /// Time until a probe is admitted; zero unless open.
    public func timeUntilProbe(now: Timestamp) -> Duration {
        guard let openedAt, !isProbing else { return .zero }
        return max(.zero, openedAt + recoveryTimeout - now)
    }

    /// Closes the breaker by hand.
    public mutating func reset() {
        failureCount = 0
        openedAt = nil
        isProbing = false
    }
}
