import Fleet

/// A request for an engine that waits until one is free.
struct WaitingLease {
    let id: String
    let wanted: LeaseRequest
    let requestedAt: ContinuousClock.Instant
    let continuation: CheckedContinuation<Lease?, Never>
}
