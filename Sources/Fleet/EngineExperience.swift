/// What starts and streams on one engine were like lately. Experience fades: it counts half after each half-life.
public struct EngineExperience: Sendable, Hashable {
    static let halfLife = Duration.seconds(600)
    /// Good starts that are assumed of every engine, so that one failure is not yet a bad engine.
    static let assumedStarts = 2.0

    private var starts = 0.0
    private var failures = 0.0
    private var stalls = 0.0
    private var timedStarts = 0.0
    private var startSeconds = 0.0
    private var updatedAt: Timestamp?
    /// Starts that failed in a row.
    public private(set) var failuresInRow = 0
    /// How often the engine was ejected without a good start since.
    public internal(set) var ejections = 0

    public init() {}

    /// Mean time from lease to stream, in seconds; nil before the first start.
    public var meanStartSeconds: Double? { timedStarts > 0.01 ? startSeconds / timedStarts : nil }

    /// Share of starts that failed, and of streams that broke off.
    public func failureRatio(now: Timestamp) -> Double { ratio(of: failures, now: now) }

    /// Share of streams that stalled until they were given up.
    public func stallRatio(now: Timestamp) -> Double { ratio(of: stalls, now: now) }

    /// - Parameter time: from the lease to the stream, where there was a lease.
    public mutating func recordStart(after time: Duration?, now: Timestamp) {
        fade(to: now)
        starts += 1
        failuresInRow = 0
        ejections = max(0, ejections - 1)
        guard let time else { return }
        timedStarts += 1
        startSeconds += max(0, time.inSeconds)
    }

    public mutating func recordFailure(now: Timestamp) {
        fade(to: now)
        failures += 1
        failuresInRow += 1
    }

    public mutating func recordStall(now: Timestamp) {
        fade(to: now)
        stalls += 1
    }

    /// Another chance after an ejection.
    mutating func forgetRow() { failuresInRow = 0 }

    private func ratio(of bad: Double, now: Timestamp) -> Double {
        let share = updatedAt.map { Self.remainder(after: now - $0) } ?? 1
        return bad * share / ((starts + failures) * share + Self.assumedStarts)
    }

    private mutating func fade(to now: Timestamp) {
        let share = updatedAt.map { Self.remainder(after: now - $0) } ?? 1
        starts *= share
        failures *= share
        stalls *= share
        timedStarts *= share
        startSeconds *= share
        updatedAt = now
    }

    /// What is left of 1 after a time: half after each half-life, in a straight line between.
    static func remainder(after time: Duration) -> Double {
        let halfLives = max(0, time.inSeconds / halfLife.inSeconds)
        let whole = halfLives.rounded(.down)
        guard whole < 60 else { return 0 }
        return (1 - (halfLives - whole) / 2) / Double(1 << Int(whole))
    }
}
