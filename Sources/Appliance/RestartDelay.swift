/// How long to wait before a component that died is started again.
///
/// Starts at 250 ms, doubles with each death up to 5 s, and starts anew once a run lasted 30 s.
package struct RestartDelay: Sendable {
    package static let first: Duration = .milliseconds(250)
    package static let longest: Duration = .seconds(5)
    package static let stableRun: Duration = .seconds(30)

    private var next = first

    package init() {}

    /// The delay after a run that lasted `run`.
    package mutating func after(run: Duration) -> Duration {
        if run >= Self.stableRun { next = Self.first }
        defer { next = min(next * 2, Self.longest) }
        return next
    }
}
