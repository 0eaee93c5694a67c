/// Compares the engines wanted with the engines there are. Level-triggered: applying its actions and asking again
/// yields nothing more to do.
public struct Reconciler: Sendable, Hashable {
    public enum Action: Sendable, Hashable {
        case provision(Int)
        case remove(id: String, reason: RemovalReason)
    }

    public let maxReplicas: Int
    /// How long an engine must have been empty before it may be removed as surplus.
    public let gracePeriod: Duration
    /// How long an engine may take to answer for the first time.
    public let startupTimeout: Duration
    /// Whether engines beyond the number wanted are removed at all.
    public let removesSurplus: Bool

    public init(maxReplicas: Int, gracePeriod: Duration, startupTimeout: Duration, removesSurplus: Bool = true) {
        self.maxReplicas = maxReplicas
        self.gracePeriod = gracePeriod
        self.startupTimeout = startupTimeout
        self.removesSurplus = removesSurplus
    }

    /// - Parameters:
    ///   - desired: engines wanted in total.
    ///   - exited: engines the provider still has a record of although they have ended.
    ///   - provisioning: engines being created that the fleet does not hold yet.
    public func actions(
        desired: Int, fleet: FleetState, exited: [String], provisioning: Int, now: Timestamp
    ) -> [Action] {
        let staying = fleet.engines.values.filter { $0.removal == nil }
        let late = staying.filter { !$0.isReady && now - $0.firstSeen >= startupTimeout }
        let sick = staying.filter { $0.health == .unhealthy }
        let usable = staying.filter(\.isUsable)
        let good = staying.count - late.count - sick.count + provisioning

        var actions: [Action] = exited.sorted().map { .remove(id: $0, reason: .exited) }
        actions += late.map(\.id).sorted().map { .remove(id: $0, reason: .startTimeout) }
        if let victim = replaceable(sick, usable: usable, fleet: fleet) {
            actions.append(.remove(id: victim.id, reason: .unhealthy))
        }
        // With nothing usable left and no room, one engine beyond the bound lets the unhealthy ones be replaced.
        let surge = usable.isEmpty && !sick.isEmpty ? 1 : 0
        let room = maxReplicas + surge - fleet.engines.count - provisioning
        let missing = min(desired, maxReplicas) - good
        if missing > 0 {
            if room > 0 { actions.append(.provision(min(missing, room))) }
        } else if missing < 0, removesSurplus {
            actions += surplus(-missing, usable: usable, fleet: fleet, now: now)
        }
        return actions
    }

    /// The unhealthy engine to remove next: one at a time, and none unless another engine is usable.
    private func replaceable(_ sick: [Engine], usable: [Engine], fleet: FleetState) -> Engine? {
        guard !usable.isEmpty, !fleet.engines.values.contains(where: { $0.removal == .unhealthy }) else { return nil }
        return sick.min { (fleet.load(of: $0.id), $0.id) < (fleet.load(of: $1.id), $1.id) }
    }

    /// Engines to give up: only empty ones, those empty for the longest time first.
    private func surplus(_ count: Int, usable: [Engine], fleet: FleetState, now: Timestamp) -> [Action] {
        let idle = usable.filter { engine in
            guard fleet.load(of: engine.id) == 0, let since = engine.emptySince else { return false }
            return now - since >= gracePeriod
        }
        return idle.sorted { ($0.emptySince ?? now, $0.id) < ($1.emptySince ?? now, $1.id) }
            .prefix(count)
            .map { .remove(id: $0.id, reason: .surplus) }
    }
}
