import Fleet
import Outbound
import Settings

/// What the orchestrator needs to look after the VPN containers.
struct VPNWatch: Sendable {
    let checkInterval: Duration
    let portCacheTTL: Duration
    let clients: [String: GluetunClient]

    init(_ settings: VPNSettings) {
        // A client of its own: a control server that hangs holds up no probe.
        let outbound = OutboundClient()
        checkInterval = settings.checkInterval
        portCacheTTL = settings.portCacheTTL
        let key = settings.apiKey
        clients = Dictionary(
            settings.containers.map { container in
                (container.name, GluetunClient(outbound: outbound, baseURL: container.apiURL, apiKey: key))
            }, uniquingKeysWith: { first, _ in first })
    }
}

extension VPNPool {
    init(_ settings: VPNSettings) {
        self.init(
            policy: Policy(
                mode: settings.mode, restartTimeout: settings.restartTimeout,
                restartsEngines: settings.restartsEngines,
                maxEnginesPerVPN: settings.maxEnginesPerVPN > 0 ? settings.maxEnginesPerVPN : nil),
            nodes: settings.containers.map { VPNNode(name: $0.name, portRange: $0.portRange) })
    }
}
