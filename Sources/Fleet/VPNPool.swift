/// The VPN containers, one or two, and what follows from their state. Level-triggered: actions are worked out from what
/// is, so that any of them may be lost or repeated.
///
/// Guarantees: nothing is concluded from a check that did not come about; a VPN that its container calls unhealthy
/// counts as connected while engines behind it say that they are; engines are restarted one at a time; a forwarded port
/// belongs to one engine, and the new one is usable before the old one goes.
public struct VPNPool: Sendable {
    public struct Policy: Sendable, Hashable {
        public var mode: VPNStatus.Mode
        public var restartTimeout: Duration
        public var restartsEngines: Bool
        /// Engines behind one VPN at most; nil: no bound.
        public var maxEnginesPerVPN: Int?

        public init(
            mode: VPNStatus.Mode = .single, restartTimeout: Duration = .seconds(60), restartsEngines: Bool = true,
            maxEnginesPerVPN: Int? = nil
        ) {
            self.mode = mode
            self.restartTimeout = restartTimeout
            self.restartsEngines = restartsEngines
            self.maxEnginesPerVPN = maxEnginesPerVPN
        }
    }

    /// How soon engines can be had again when no VPN is connected, as clients are told.
    public static let recoveryTime = Duration.seconds(60)
    /// How long streams on engines behind a failed VPN may go on, in case they do.
    static let drainTime = Duration.seconds(10)

    public let policy: Policy
    public internal(set) var nodes: [VPNNode]
    public private(set) var emergency: VPNStatus.Emergency?

    public init(policy: Policy, nodes: [VPNNode]) {
        self.policy = policy
        self.nodes = nodes
    }

    public var status: VPNStatus {
        VPNStatus(
            isEnabled: true, mode: policy.mode, first: nodes.first?.container,
            second: nodes.count > 1 ? nodes[1].container : nil, emergency: emergency)
    }

    public var isConnected: Bool { nodes.contains(where: \.isConnected) }

    /// Takes in a look at a container.
    public mutating func record(_ check: VPNCheck, of name: String, now: Timestamp) -> [VPNEvent] {
        guard let index = index(name) else { return [] }
        var node = nodes[index]
        let wasConnected = node.isConnected
        node.container.lastCheck = now
        if check.health != .unknown {
            node.container.status = check.status
            node.container.health = check.health
            node.container.isConnected =
                check.health == .healthy || (check.health == .unhealthy && check.enginesConnected == true)
        }
        var events: [VPNEvent] = []
        if node.isConnected {
            if node.downSince != nil { node.reconnectedAt = now }
            node.downSince = nil
            if !wasConnected { events.append(.connected(name)) }
        } else if check.health != .unknown {
            node.downSince = node.downSince ?? now
            if wasConnected { events.append(.disconnected(name)) }
        }
        nodes[index] = node
        return events + updateEmergency(now: now)
    }

    /// Takes in the port that a VPN forwards; nil: none.
    public mutating func record(port: Int?, of name: String) -> [VPNEvent] {
        guard let index = index(name), nodes[index].forwardedPort != port else { return [] }
        let before = nodes[index].forwardedPort
        nodes[index].container.forwardedPort = port
        return [.portChanged(name, from: before, to: port)]
    }

    public mutating func record(_ address: VPNAddress, of name: String) {
        guard let index = index(name) else { return }
        nodes[index].container.publicIP = address.publicIP
        nodes[index].container.provider = address.provider
        nodes[index].container.country = address.country
        nodes[index].container.city = address.city
        nodes[index].container.region = address.region
    }

    /// Its container is being restarted.
    public mutating func recordRestart(of name: String, now: Timestamp) {
        if let index = index(name) { nodes[index].restartedAt = now }
    }

    private mutating func updateEmergency(now: Timestamp) -> [VPNEvent] {
        guard policy.mode == .redundant, nodes.count == 2 else { return [] }
        if let emergency {
            guard nodes.allSatisfy(\.isConnected) || nodes.allSatisfy({ !$0.isConnected }) else { return [] }
            self.emergency = nil
            return [.emergencyEnded(emergency)]
        }
        guard let failed = nodes.first(where: { $0.downSince != nil }), let healthy = nodes.first(where: \.isConnected)
        else { return [] }
        let began = VPNStatus.Emergency(failedVPN: failed.name, healthyVPN: healthy.name, since: now)
        emergency = began
        return [.emergencyBegan(began)]
    }

    func index(_ name: String) -> Int? { nodes.firstIndex { $0.name == name } }
}
