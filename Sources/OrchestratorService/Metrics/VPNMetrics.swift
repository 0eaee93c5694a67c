import Catalogue
import Fleet
import Telemetry

/// The VPN containers and the engines behind them.
struct VPNMetrics: Sendable {
    let restarts: Counter
    let portChanges: Counter
    private let state: GaugeVector<VPNLabels>
    private let engines: GaugeVector<Label<VPNNumber>>
    private let emergency: Gauge

    init(registry: Registry) {
        restarts = registry.counter(OrchestratorFamilies.vpnRestarts)
        portChanges = registry.counter(OrchestratorFamilies.vpnPortChanges)
        state = registry.gauge(OrchestratorFamilies.vpnState)
        engines = registry.gauge(OrchestratorFamilies.vpnEngines)
        emergency = registry.gauge(OrchestratorFamilies.vpnEmergency)
        show(.disabled)
    }

    func show(_ pool: VPNPool, fleet: FleetState) {
        show(pool.status)
        for (node, number) in zip(pool.nodes, [VPNNumber.first, .second]) {
            engines[Label(number)].set(fleet.engines.values.count { $0.vpnContainer == node.name })
        }
    }

    private func show(_ status: VPNStatus) {
        show(status.health, of: .all)
        show(status.first?.health ?? .disabled, of: .first)
        show(status.second?.health ?? .disabled, of: .second)
        emergency.set(status.emergency != nil)
    }

    private func show(_ health: VPNStatus.Health, of number: VPNNumber) {
        for candidate in VPNLabels.State.allCases {
            state[VPNLabels(number, candidate)].set(candidate.rawValue == health.rawValue)
        }
    }
}
