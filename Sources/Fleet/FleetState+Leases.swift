extension FleetState {
    /// Holds a slot on the best engine for `content`; nil when no usable engine has one free.
    /// - Parameters:
    ///   - proxyID: the proxy that asks, where it names itself; counts as a sign of life.
    ///   - excluded: engines that are of no use to it.
    public mutating func lease(
        id: String, content: ContentKey, holder: String, proxyID: String? = nil,
        excluding excluded: ExcludedEngines = ExcludedEngines(), now: Timestamp
    ) -> (lease: Lease, changes: [FleetChange])? {
        guard leases[id] == nil, let engineID = EngineSelection.best(in: self, excluding: excluded, now: now)
        else { return nil }
        let lease = Lease(
            id: id, engineID: engineID, content: content, holder: holder,
            proxyID: proxyID.flatMap { hear(from: $0, now: now)?.id }, grantedAt: now,
            expiresAt: now + limits.leaseTimeToLive)
        leases[id] = lease
        leaseCountByEngine[engineID, default: 0] += 1
        revision += 1
        touch(engineID, usedAt: now, isStreamUse: false)
        return (lease, [.leaseGranted(lease)])
    }

    /// Gives a lease back. An unknown one changes nothing.
    public mutating func release(_ leaseID: String, outcome: ReleaseReason, now: Timestamp) -> [FleetChange] {
        guard let engineID = leases[leaseID]?.engineID else { return [] }
        let changes = end(leaseID, .released(outcome), now: now)
        switch outcome {
        case .engineError, .timeout: return changes + noteFailure(on: engineID, now: now)
        case .deadContent, .cancelled: return changes
        }
    }

    /// Ends the leases whose time is over.
    public mutating func expireLeases(now: Timestamp) -> [FleetChange] {
        let due = leases.values.filter { $0.expiresAt <= now }.sorted { $0.id < $1.id }
        return due.flatMap { end($0.id, .expired, now: now) }
    }

    mutating func end(_ leaseID: String, _ reason: LeaseEnd, now: Timestamp) -> [FleetChange] {
        guard let lease = leases.removeValue(forKey: leaseID) else { return [] }
        let count = (leaseCountByEngine[lease.engineID] ?? 1) - 1
        leaseCountByEngine[lease.engineID] = count > 0 ? count : nil
        revision += 1
        touch(lease.engineID, usedAt: now, isStreamUse: false)
        return [.leaseEnded(lease, reason)]
    }
}
