/// Stops an operation that keeps failing: closed → open after N failures in a row → half-open after a time, with
/// exactly one probe → closed on its success, open again on its failure.
public struct CircuitBreaker: Sendable, Hashable {
    public enum State: String, Sendable, Hashable, CaseIterable {
        case closed
        case open
        case halfOpen = "half_open"
    }

    /// The right to try once. Its outcome moves the breaker only while the breaker is still in the period in which the
    /// permit was given: what began before it opened says nothing about a later probe.
    public struct Permit: Sendable, Hashable {
        public let isProbe: Bool
        fileprivate let period: UInt64
    }

    public let failureThreshold: Int
    public let recoveryTimeout: Duration
    public private(set) var failureCount = 0
    public private(set) var lastFailure: Timestamp?
    public private(set) var lastSuccess: Timestamp?
    private var openedAt: Timestamp?
    private var isProbing = false
    /// Another one after each change of state.
    private var period: UInt64 = 0

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

    /// Whether the operation may be tried now. In the half-open state the first caller gets the only probe, however
    /// long it takes.
    public mutating func admit(now: Timestamp) -> Permit? {
        switch state(now: now) {
        case .closed: return Permit(isProbe: false, period: period)
        case .open: return nil
        case .halfOpen:
            guard !isProbing else { return nil }
            isProbing = true
            period += 1
            return Permit(isProbe: true, period: period)
        }
    }

    /// Whether what was admitted may be tried once more: not after the breaker has opened, and a probe never.
    public func allowsRepetition(of permit: Permit) -> Bool {
        permit.period == period && !permit.isProbe
    }

    /// Whether the breaker has not changed its state since the permit was given.
    public func isCurrent(_ permit: Permit) -> Bool {
        permit.period == period
    }

    public mutating func recordSuccess(_ permit: Permit, now: Timestamp) {
        lastSuccess = now
        guard permit.period == period else { return }
        failureCount = 0
        if permit.isProbe { close() }
    }

    public mutating func recordFailure(_ permit: Permit, now: Timestamp) {
        lastFailure = now
        guard permit.period == period else { return }
        failureCount += 1
        guard permit.isProbe || failureCount >= failureThreshold else { return }
        openedAt = now
        isProbing = false
        period += 1
    }

    /// An admitted operation ended without telling anything about the resource: where it was the probe, another may be
    /// tried.
    public mutating func recordAbandoned(_ permit: Permit) {
        if permit.isProbe, permit.period == period { isProbing = false }
    }

    /// Time until a probe is admitted; zero unless open.
    public func timeUntilProbe(now: Timestamp) -> Duration {
        guard let openedAt, !isProbing else { return .zero }
        return max(.zero, openedAt + recoveryTimeout - now)
    }

    /// Closes the breaker by hand. What is under way no longer counts.
    public mutating func reset() {
        failureCount = 0
        close()
    }

    private mutating func close() {
        openedAt = nil
        isProbing = false
        period += 1
    }
}

/// For those who keep no permits: every outcome counts, whichever attempt it is of.
extension CircuitBreaker {
    public mutating func recordSuccess(now: Timestamp) {
        lastSuccess = now
        reset()
    }

    public mutating func recordFailure(now: Timestamp) {
        recordFailure(Permit(isProbe: isProbing, period: period), now: now)
    }

    public mutating func recordAbandoned() {
        isProbing = false
    }
}
