import Storage

/// What makes sure that at most one orchestrator acts at a time. There may be several kinds: one in the database, one
/// in a cluster's own store.
///
/// Guarantees: of two that call ``acquire()`` at the same time one at most leads; once another one has been given the
/// lead, ``renew()`` and ``confirm()`` of the one before throw ``StorageError/Code/fenced``, and so does everything
/// that it still tries to write.
protocol LeadershipLease: Sendable {
    /// Silence after which another one may take over; zero: never while this process lives.
    var lifetime: Duration { get }

    /// Tries to become the leader.
    func acquire() async throws(StorageError) -> LeadershipAttempt
    /// Keeps the lead for another lifetime.
    func renew() async throws(StorageError)
    /// Makes sure of it without keeping it longer.
    func confirm() async throws(StorageError)
    /// Gives it up, so that another one need not wait.
    func release() async
}

/// How a try to become the leader ended.
enum LeadershipAttempt: Sendable, Hashable {
    case leading(token: Int64)
    /// Another one leads; what it calls itself.
    case held(by: String)
}
