/// Compares the engines wanted with the engines there are. Level-triggered: applying its actions and asking again
/// yields nothing more to do.
public struct Reconciler: Sendable, Hashable {
    public enum Action: Sendable, Hashable {
        case provision(Int, Provision.Purpose)
        case remove(id: String, reason: RemovalReason)
    }

    public let maxReplicas: Int
    /// How long an engine must have been empty before it may be removed as surplus.
    public let gracePeriod: Duration
    /// How long an engine may take to answer for the first time.
    public let startupTimeout: Duration
    /// Whether engines beyond the number wanted are removed at all.
    public let removesSurplus: Bool
    /// How long an engine must have been unhealthy before it is removed.
    public let unhealthyGracePeriod: Duration
    /// From the removal of one unhealthy engine to that of the next.
    public let replacementCooldown: Duration

    public init(
        maxReplicas: Int, gracePeriod: Duration, startupTimeout: Duration, removesSurplus: Bool = true,
        unhealthyGracePeriod: Duration = .zero, replacementCooldown: Duration = .zero
    ) {
        self.maxReplicas = maxReplicas
        self.gracePeriod = gracePeriod
        self.startupTimeout = startupTimeout
        self.removesSurplus = removesSurplus
        self.unhealthyGracePeriod = unhealthyGracePeriod
        self.replacementCooldown = replacementCooldown
    }

    /// - Parameters:
    ///   - desired: engines wanted in total.
    ///   - exited: engines the provider still has a record of although they have ended.
    ///   - provisioning: engines being created that the fleet does not hold yet.
    ///   - lastReplacement: when an unhealthy engine was last removed.
    public func actions(
        desired: Int, fleet: FleetState, exited: [String], provisioning: Int, lastReplacement: Timestamp? = nil,
        now: Timestamp
    ) -> [Action] {
        let staying = fleet.engines.values.filter { $0.removal == nil }
        let late = staying.filter { !$0.isReady && now - $0.firstSeen >= startupTimeout }
        let sick = staying.filter { $0.health == .unhealthy }
        let usable = staying.filter(\.isUsable)
        let cutOff = staying.count { $0.isCutOff && $0.isReady && $0.health != .unhealthy }
        let good = staying.count - late.count - sick.count - cutOff + provisioning

        var actions: [Action] = exited.sorted().map { .remove(id: $0, reason: .exited) }
        actions += late.map(\.id).sorted().map { .remove(id: $0, reason: .startTimeout) }
        let isCool = lastReplacement.map { now - $0 >= replacementCooldown } ?? true
        // Where there is room, the replacement is ready before the old engine goes.
        let isReplaced = usable.count >= min(desired, maxReplicas) || fleet.engines.count + provisioning >= maxReplicas
        if isCool, isReplaced, let victim = replaceable(sick, usable: usable, fleet: fleet, now: now) {
            actions.append(.remove(id: victim.id, reason: .unhealthy))
        }
        // With nothing usable left and no room, one engine beyond the bound lets the unhealthy ones be replaced.
        let surge = usable.isEmpty && !sick.isEmpty ? 1 : 0
        let room = maxReplicas + surge - fleet.engines.count - provisioning
        let missing = min(desired, maxReplicas) - good
        if missing > 0 {
            let possible = max(0, min(missing, room))
            let replacements = min(possible, sick.count)
            if replacements > 0 { actions.append(.provision(replacements, .replacement)) }
            if possible > replacements { actions.append(.provision(possible - replacements, .growth)) }
        } else if missing < 0, removesSurplus {
            actions += surplus(-missing, usable: usable, fleet: fleet, now: now)
        }
        return actions
    }

    /// The unhealthy engine to remove next: one at a time, and none unless another engine is usable.
    private func replaceable(
        _ sick: [Engine], usable: [Engine], fleet: FleetState, now: Timestamp
    ) -> Engine? {
        guard !usable.isEmpty, !fleet.engines.values.contains(where: { $0.removal == .unhealthy }) else { return nil }
        let given = sick.filter { $0.unhealthySince.map { now - $0 >= unhealthyGracePeriod } ?? true }
        return given.min { (fleet.load(of: $0.id), $0.id) < (fleet.load(of: $1.id), $1.id) }
    }

    /// Engines to give up: only empty ones, those empty for the longest time first.
    private func surplus(_ count: Int, usable: [Engine], fleet: FleetState, now: Timestamp) -> [Action] {
        let idle = usable.filter { engine in
            guard fleet.load(of: engine.id) == 0, let since = engine.emptySince else { return false }
            // The one that its VPN forwards a port to is the last behind that VPN to go.
            if engine.forwardedPort != nil {
                let isLast = !fleet.engines.values.contains {
                    $0.id != engine.id && $0.removal == nil && $0.vpnContainer == engine.vpnContainer
                }
                guard isLast else { return false }
            }
            return now - since >= gracePeriod
        }
        return idle.sorted { ($0.emptySince ?? now, $0.id) < ($1.emptySince ?? now, $1.id) }
            .prefix(count)
            .map { .remove(id: $0.id, reason: .surplus) }
    }
}
