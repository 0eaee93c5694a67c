import Catalogue
import Fleet
import Scaling

extension Orchestrator {
    /// Holds a slot of an engine at once; nil when none is free. Counts as demand either way.
    func leaseNow(
        id: String, _ wanted: LeaseRequest, requestedAt: ContinuousClock.Instant
    ) -> (lease: Lease, engine: Engine)? {
        demand.recordStart(at: now.milliseconds)
        // Who came earlier is served earlier; what is free then is of no use to them.
        serveWaiting()
        guard let (lease, changes) = grant(id: id, wanted) else { return nil }
        metrics.leasing.record(.granted, since: requestedAt)
        apply(changes)
        reconcileSoon()
        return leased(lease)
    }

    /// A lease with its engine; nil when that has just ended.
    private func leased(_ lease: Lease) -> (lease: Lease, engine: Engine)? {
        fleet.engines[lease.engineID].map { (lease, $0) }
    }

    /// Waits for a slot up to `limit`, while engines are provisioned for those who wait. Cancelling gives the place
    /// back, and the lease too if it was granted in the same moment.
    func leaseLater(
        id: String, _ wanted: LeaseRequest, requestedAt: ContinuousClock.Instant
    ) async -> (lease: Lease, engine: Engine)? {
        let limit = wanted.wait
        guard limit > .zero, !isStopping else {
            countUnavailable(since: requestedAt)
            reconcile()
            return nil
        }
        let timer = Task { [weak self] in
            try await Task.sleep(for: limit)
            await self?.giveUp(id)
        }
        defer { timer.cancel() }
        let lease = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                waiting.append(
                    WaitingLease(id: id, wanted: wanted, requestedAt: requestedAt, continuation: continuation))
                serveWaiting()
                reconcile()
            }
        } onCancel: {
            Task { await self.abandon(id) }
        }
        if Task.isCancelled {
            abandon(id)
            return nil
        }
        return lease.flatMap(leased)
    }

    /// Gives a lease back.
    func release(_ leaseID: String, outcome: ReleaseReason) -> Bool {
        let changes = fleet.release(leaseID, outcome: outcome, now: now)
        guard !changes.isEmpty else { return false }
        switch outcome {
        case .deadContent: recordStart(.deadContent)
        case .engineError: recordStart(.engineError)
        case .timeout: recordStart(.timeout)
        case .cancelled: recordStart(.cancelled)
        }
        apply(changes)
        return true
    }

    /// Grants slots to those who wait, in the order they came. A request that excludes every engine with a free slot is
    /// passed over.
    func serveWaiting() {
        var index = 0
        while index < waiting.count {
            let request = waiting[index]
            guard let grant = grant(id: request.id, request.wanted) else {
                if request.wanted.excluded.count == 0 { return }
                index += 1
                continue
            }
            waiting.remove(at: index)
            enginesDocument = nil
            metrics.leasing.record(.grantedAfterWait, since: request.requestedAt)
            request.continuation.resume(returning: grant.lease)
        }
    }

    private func grant(id: String, _ wanted: LeaseRequest) -> (lease: Lease, changes: [FleetChange])? {
        fleet.lease(
            id: id, content: wanted.content, holder: wanted.holder, proxyID: wanted.proxyID,
            excluding: wanted.excluded, now: now)
    }

    /// Ends all waiting, at shutdown.
    func stop() {
        isStopping = true
        feed.end()
        endTurns()
        writeAllSamples()
        for request in waiting { request.continuation.resume(returning: nil) }
        waiting = []
    }

    private func giveUp(_ id: String) {
        guard let index = waiting.firstIndex(where: { $0.id == id }) else { return }
        countUnavailable(since: waiting[index].requestedAt)
        waiting.remove(at: index).continuation.resume(returning: nil)
    }

    private func abandon(_ id: String) {
        if let index = waiting.firstIndex(where: { $0.id == id }) {
            metrics.leasing.record(.cancelled, since: waiting[index].requestedAt)
            waiting.remove(at: index).continuation.resume(returning: nil)
        } else {
            apply(fleet.release(id, outcome: .cancelled, now: now))
        }
    }

    private func countUnavailable(since requestedAt: ContinuousClock.Instant) {
        metrics.leasing.record(.unavailable, since: requestedAt)
        recordStart(.noEngine)
    }
}
