import Fleet
import Storage

/// A lease kept in the database itself: whoever can write the state can lead, and nobody else.
///
/// A leader whose process has ended is replaced at once. One whose process is there and does not renew is replaced
/// after its own lifetime, measured by the clock of the one who waits: no two clocks are compared.
actor DatabaseLease: LeadershipLease {
    let lifetime: Duration
    private let store: StateStore
    private let holder: String
    private let isChecked: Bool
    private let clock = SteadyClock()
    /// What was seen last, and since when it has been so.
    private var seen: (record: LeadershipRecord, since: ContinuousClock.Instant)?

    /// - Parameters:
    ///   - holder: a name for people.
    ///   - isChecked: whether the file's soundness was checked before.
    init(store: StateStore, holder: String, lifetime: Duration, isChecked: Bool) {
        self.store = store
        self.holder = holder
        self.lifetime = lifetime
        self.isChecked = isChecked
    }

    func acquire() async throws(StorageError) -> LeadershipAttempt {
        let record = try await store.leadership()
        if let record, try store.isAlive(record), !isOverdue(record) { return .held(by: record.holder) }
        let token = try await store.lead(
            as: holder, lease: lifetime, after: record, now: clock.now, isChecked: isChecked)
        return token.map { .leading(token: $0) } ?? .held(by: "another one")
    }

    func renew() async throws(StorageError) {
        try await store.renewLeadership(now: clock.now, lease: lifetime)
    }

    func confirm() async throws(StorageError) { try await store.confirmLeadership() }

    func release() async { store.resign() }

    private func isOverdue(_ record: LeadershipRecord) -> Bool {
        guard lifetime > .zero, record.lease > .zero else { return false }
        let now = ContinuousClock.now
        guard let seen, seen.record == record else {
            seen = (record, now)
            return false
        }
        return now - seen.since >= record.lease
    }
}
