import Catalogue

/// A running session's search for another engine. Belongs to the hub's event thread.
final class Failover {
    let reason: FailoverReason
    /// Whether the old engine will send no more.
    var isOldSourceLost: Bool
    /// Whether the old engine ended its answer as it should have.
    var isRegularEnd: Bool
    let deadline: ContinuousClock.Instant
    var task: Task<Void, Never>?
    var attempts = 0
    /// Engines that turned out to be of no use.
    var rejected = RejectedEngines()
    /// The engine that has been asked and has not sent enough yet.
    var replacement: ReplacementSource?

    init(reason: FailoverReason, isRegularEnd: Bool, deadline: ContinuousClock.Instant) {
        self.reason = reason
        isOldSourceLost = reason == .connection
        self.isRegularEnd = isRegularEnd
        self.deadline = deadline
    }
}
