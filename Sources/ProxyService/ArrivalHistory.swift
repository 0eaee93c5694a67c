/// When the bytes of a stream came: positions at intervals, as far back as is asked for.
package struct ArrivalHistory: Sendable {
    private static let interval = Duration.milliseconds(250)

    private var marks: [(at: ContinuousClock.Instant, position: UInt64)] = []

    package init() {}

    /// Notes that the stream has come as far as `position`; forgets what is older than `age`, but for one mark.
    package mutating func note(_ position: UInt64, at now: ContinuousClock.Instant, keeping age: Duration) {
        if let last = marks.last, last.at + Self.interval > now { return }
        marks.append((now, position))
        let old = marks.prefix { $0.at + age <= now }.count
        if old > 1 { marks.removeFirst(old - 1) }
    }

    /// The position behind which everything came at `time` or later; zero where the stream is younger.
    package func position(at time: ContinuousClock.Instant) -> UInt64 {
        marks.last { $0.at <= time }?.position ?? 0
    }
}
