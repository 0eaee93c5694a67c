extension VPNPool {
    /// Where the next engine goes: behind the connected VPN with the fewest engines, and with its forwarded port where
    /// no other one has it.
    /// - Parameter wanted: the only VPN that comes into question.
    public func placement(
        fleet: FleetState, creating: some Sequence<Provision>, on wanted: String? = nil
    ) throws(ProvisionBlock) -> VPNPlacement {
        let connected = nodes.filter { $0.isConnected && (wanted == nil || $0.name == wanted) }
        guard !connected.isEmpty else { throw .vpnDisconnected(Self.recoveryTime) }
        let places = creating.compactMap(\.order.vpn)
        func count(_ node: VPNNode) -> Int {
            engines(of: node, in: fleet).count + places.count { $0.container == node.name }
        }
        let open = connected.filter { count($0) < policy.maxEnginesPerVPN ?? .max }
        guard let node = open.min(by: { count($0) < count($1) }) else { throw .maxReplicas }
        let isForwarded = node.forwardedPort.map { port in
            !engines(of: node, in: fleet).contains { $0.forwardedPort == port }
                && !places.contains { $0.container == node.name && $0.forwardedPort == port }
        }
        return VPNPlacement(
            container: node.name, forwardedPort: isForwarded == true ? node.forwardedPort : nil,
            portRange: node.portRange)
    }

    /// Engines that have no network: those behind a VPN that is down.
    public func cutOff(in fleet: FleetState) -> Set<String> {
        let down = Set(nodes.filter { $0.downSince != nil }.map(\.name))
        return Set(fleet.engines.values.filter { $0.vpnContainer.map(down.contains) ?? false }.map(\.id))
    }

    /// - Parameters:
    ///   - creating: the engines being created.
    ///   - desired: engines wanted in all. Below it none is removed that works.
    ///   - canCreate: whether one that is removed could be replaced now.
    public func actions(
        fleet: FleetState, creating: some Collection<Provision>, desired: Int, canCreate: Bool, now: Timestamp
    ) -> [VPNAction] {
        nodes.flatMap { restart($0, now: now) + forward($0, fleet: fleet, creating: creating) }
            + drain(fleet: fleet, now: now)
            + (canCreate ? oneAtATime(fleet: fleet, creating: creating, desired: desired) ?? [] : [])
    }

    func engines(of node: VPNNode, in fleet: FleetState) -> [Engine] {
        fleet.engines.values.filter { $0.removal == nil && $0.vpnContainer == node.name }.sorted { $0.id < $1.id }
    }

    private func restart(_ node: VPNNode, now: Timestamp) -> [VPNAction] {
        guard let since = node.downSince, now - since >= policy.restartTimeout,
            node.restartedAt.map({ now - $0 >= policy.restartTimeout }) ?? true
        else { return [] }
        return [.restart(node.name)]
    }

    /// One engine has the forwarded port: the new one comes before the old one goes.
    private func forward(
        _ node: VPNNode, fleet: FleetState, creating: some Collection<Provision>
    ) -> [VPNAction] {
        guard node.isConnected, let port = node.forwardedPort else { return [] }
        let engines = engines(of: node, in: fleet)
        guard !engines.isEmpty else { return [] }
        let current = engines.filter { $0.forwardedPort == port }
        if current.contains(where: \.isUsable) {
            return engines.filter { $0.forwardedPort != nil && $0.forwardedPort != port }
                .map { .remove(engineID: $0.id, .portChanged) }
        }
        let isComing =
            !current.isEmpty
            || creating.contains { $0.order.vpn?.container == node.name && $0.order.vpn?.forwardedPort == port }
        return isComing ? [] : [.provisionForwarded(node.name)]
    }

    /// While the other VPN carries, engines behind the failed one go: idle ones at once, others a little later.
    private func drain(fleet: FleetState, now: Timestamp) -> [VPNAction] {
        guard let emergency, let index = index(emergency.failedVPN), let since = nodes[index].downSince else {
            return []
        }
        return engines(of: nodes[index], in: fleet)
            .filter { fleet.load(of: $0.id) == 0 || now - since >= Self.drainTime }
            .map { .remove(engineID: $0.id, .vpnDown) }
    }

    /// Engines that lost their network with the container, and idle engines on the fuller side where one VPN carries
    /// two more than the other, as after an emergency: one, and the next only once everything is ready again.
    private func oneAtATime(
        fleet: FleetState, creating: some Collection<Provision>, desired: Int
    ) -> [VPNAction]? {
        let isQuiet =
            creating.isEmpty && fleet.engines.values.allSatisfy { $0.removal == nil && $0.isReady }
            && fleet.engines.values.count(where: \.isUsable) >= desired
        guard isQuiet, emergency == nil else { return nil }
        let byLoad = fleet.engines.values.sorted { (fleet.load(of: $0.id), $0.id) < (fleet.load(of: $1.id), $1.id) }
        if policy.restartsEngines {
            for node in nodes where node.isConnected {
                guard let time = node.reconnectedAt else { continue }
                let stale = byLoad.first { $0.vpnContainer == node.name && $0.firstSeen < time }
                if let stale { return [.remove(engineID: stale.id, .vpnReconnected)] }
            }
        }
        guard nodes.count == 2, nodes.allSatisfy(\.isConnected) else { return nil }
        let counts = nodes.map { engines(of: $0, in: fleet).count }
        guard abs(counts[0] - counts[1]) > 1 else { return nil }
        let fuller = counts[0] > counts[1] ? nodes[0] : nodes[1]
        let idle = byLoad.first {
            $0.vpnContainer == fuller.name && $0.forwardedPort == nil && fleet.load(of: $0.id) == 0
        }
        return idle.map { [.remove(engineID: $0.id, .rebalanced)] }
    }
}
