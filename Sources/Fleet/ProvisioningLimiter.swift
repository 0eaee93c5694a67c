/// Bounds how many engines are created at a time and how fast one follows another.
public struct ProvisioningLimiter: Sendable, Hashable {
    public enum Admission: Sendable, Hashable {
        case granted
        /// As many as allowed are under way; ask again when one has finished.
        case busy
        /// The last one began too recently; ask again at the time given.
        case notBefore(Timestamp)
    }

    public let maxConcurrent: Int
    public let minInterval: Duration
    public private(set) var active = 0
    private var lastBegin: Timestamp?
    private var beginBefore: Timestamp?

    public init(maxConcurrent: Int, minInterval: Duration) {
        self.maxConcurrent = max(1, maxConcurrent)
        self.minInterval = minInterval
    }

    /// Takes a place when there is one.
    public mutating func begin(now: Timestamp) -> Admission {
        guard active < maxConcurrent else { return .busy }
        if let lastBegin, now < lastBegin + minInterval { return .notBefore(lastBegin + minInterval) }
        active += 1
        beginBefore = lastBegin
        lastBegin = now
        return .granted
    }

    /// Takes the last ``begin(now:)`` back, as if it had not been: nothing was begun.
    public mutating func cancel() {
        finish()
        lastBegin = beginBefore
    }

    /// Gives a place back.
    public mutating func finish() {
        active = max(0, active - 1)
    }
}
