extension FleetState {
    /// Takes in an engine that was just created or found.
    public mutating func add(_ engine: Engine) -> [FleetChange] {
        guard engines[engine.id] == nil else { return [] }
        engines[engine.id] = engine
        idsByEndpoint[engine.endpoint.canonical, default: []].append(engine.id)
        removedAt[engine.id] = nil
        revision += 1
        return [.engineAdded(engine)]
    }

    /// Compares the fleet with what the provider runs.
    ///
    /// New engines are adopted: they count as started, and are used once a probe has found them healthy. Engines that
    /// no longer run are removed and their streams end with `engine_lost`.
    ///
    /// `begunAt` is when the observation was asked for: engines that joined or left after it are not judged by it.
    public mutating func observe(running: [Engine], begunAt: Timestamp, now: Timestamp) -> [FleetChange] {
        var changes: [FleetChange] = []
        removedAt = removedAt.filter { $0.value >= begunAt }
        var seen: Set<String> = []
        for engine in running {
            seen.insert(engine.id)
            if engines[engine.id] != nil {
                engines[engine.id]?.lastSeen = now
            } else if removedAt[engine.id] == nil {
                var adopted = engine
                adopted.isReady = true
                changes += add(adopted)
            }
        }
        let lost = engines.values.filter { !seen.contains($0.id) && $0.firstSeen < begunAt }
        for engine in lost.sorted(by: { $0.id < $1.id }) {
            changes += remove(engine.id, reason: engine.removal ?? .exited, now: now)
        }
        return changes
    }

    /// Records the result of one probe.
    public mutating func recordProbe(of engineID: String, answered: Bool, now: Timestamp) -> [FleetChange] {
        guard var engine = engines[engineID] else { return [] }
        let before = engine
        engine.lastHealthCheck = now
        if answered {
            engine.failedProbes = 0
            engine.health = .healthy
            engine.isReady = true
        } else if engine.health != .unknown || now - engine.startedAt >= limits.startupGrace {
            engine.failedProbes += 1
            if engine.isReady, engine.failedProbes >= limits.probeFailureThreshold { engine.health = .unhealthy }
        }
        if !before.isReady, engine.isReady, load(of: engineID) == 0 { engine.emptySince = now }
        if engine.health != before.health { engine.unhealthySince = engine.health == .unhealthy ? now : nil }
        engines[engineID] = engine
        guard before.health != engine.health || before.isReady != engine.isReady else { return [] }
        revision += 1
        if engine.health == .unhealthy { return [.engineUnhealthy(engine)] }
        if before.health == .unknown { return [.engineReady(engine)] }
        return [.engineRecovered(engine)]
    }

    /// Chooses an engine for removal: from now on it gets no lease. False, and nothing happens, when it is unknown,
    /// already chosen, or in use and the reason is that it is not needed.
    public mutating func beginRemoval(of engineID: String, reason: RemovalReason) -> Bool {
        guard let engine = engines[engineID], engine.removal == nil else { return false }
        if reason == .surplus || reason == .rebalanced, load(of: engineID) > 0 { return false }
        engines[engineID]?.removal = reason
        revision += 1
        return true
    }

    /// Notes which engines have no network; all others have one.
    public mutating func cutOff(_ ids: Set<String>) -> [FleetChange] {
        var changes: [FleetChange] = []
        for id in engines.keys.sorted() where engines[id]?.isCutOff != ids.contains(id) {
            engines[id]?.isCutOff = ids.contains(id)
            revision += 1
            if let engine = engines[id] { changes.append(.engineChanged(engine)) }
        }
        return changes
    }

    /// Takes a removal back, after the provider refused it.
    public mutating func cancelRemoval(of engineID: String) {
        guard engines[engineID]?.removal != nil else { return }
        engines[engineID]?.removal = nil
        revision += 1
    }

    /// Drops an engine; its streams end with `engine_lost`, its leases end.
    public mutating func remove(_ engineID: String, reason: RemovalReason, now: Timestamp) -> [FleetChange] {
        guard let engine = engines.removeValue(forKey: engineID) else { return [] }
        idsByEndpoint[engine.endpoint.canonical]?.removeAll { $0 == engineID }
        if idsByEndpoint[engine.endpoint.canonical]?.isEmpty == true { idsByEndpoint[engine.endpoint.canonical] = nil }
        var changes: [FleetChange] = []
        for id in streamIDs(of: engineID) {
            changes += endStream(id: id, reason: "engine_lost", now: now)
        }
        for lease in leases.values.filter({ $0.engineID == engineID }).sorted(by: { $0.id < $1.id }) {
            leases[lease.id] = nil
            changes.append(.leaseEnded(lease, .engineLost))
        }
        streamIDsByEngine[engineID] = nil
        leaseCountByEngine[engineID] = nil
        removedAt[engineID] = now
        revision += 1
        changes.append(.engineRemoved(engine, reason))
        return changes
    }

    /// Brings back what was known of an engine before a restart.
    public mutating func restore(
        firstSeen: Timestamp, lastStreamUsage: Timestamp?, of engineID: String
    ) -> [FleetChange] {
        guard var engine = engines[engineID] else { return [] }
        engine.firstSeen = firstSeen
        engine.lastStreamUsage = lastStreamUsage
        engines[engineID] = engine
        revision += 1
        return [.engineChanged(engine)]
    }

    /// Notes that the load of an engine has changed.
    mutating func touch(_ engineID: String, usedAt now: Timestamp, isStreamUse: Bool) {
        guard engines[engineID] != nil else { return }
        if isStreamUse { engines[engineID]?.lastStreamUsage = now }
        let isEmpty = load(of: engineID) == 0
        engines[engineID]?.emptySince = isEmpty ? now : nil
    }
}
