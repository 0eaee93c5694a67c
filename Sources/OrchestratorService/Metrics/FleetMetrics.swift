import Catalogue
import Fleet
import Telemetry

/// Engines, all together and one by one.
struct FleetMetrics: Sendable {
    let enginesLimit: Gauge
    let added: CounterVector<Label<EngineOrigin>>
    let removed: CounterVector<Label<EngineRemovalReason>>
    let ejections: Counter
    let healthChecks: CounterVector<Label<HealthCheckResult>>
    let healthCheckDuration: HistogramVector<Label<HealthCheckResult>>
    private let engines: GaugeVector<Label<HealthStatus>>
    private let free: Gauge
    private let used: Gauge
    private let draining: Gauge
    private let slots: Gauge
    private let slotsUsed: Gauge

    init(registry: Registry) {
        enginesLimit = registry.gauge(OrchestratorFamilies.enginesLimit)
        added = registry.counter(OrchestratorFamilies.enginesAdded)
        removed = registry.counter(OrchestratorFamilies.enginesRemoved)
        ejections = registry.counter(OrchestratorFamilies.engineEjections)
        healthChecks = registry.counter(OrchestratorFamilies.healthChecks)
        healthCheckDuration = registry.histogram(OrchestratorFamilies.healthCheckDuration)
        engines = registry.gauge(OrchestratorFamilies.engines)
        free = registry.gauge(OrchestratorFamilies.enginesFree)
        used = registry.gauge(OrchestratorFamilies.enginesUsed)
        draining = registry.gauge(OrchestratorFamilies.enginesDraining)
        slots = registry.gauge(OrchestratorFamilies.slots)
        slotsUsed = registry.gauge(OrchestratorFamilies.slotsUsed)
    }

    func show(_ fleet: FleetState) {
        var counts: [EngineHealth: Int] = [:]
        var usedEngines = 0
        for engine in fleet.engines.values {
            counts[engine.health, default: 0] += 1
            if fleet.load(of: engine.id) > 0 { usedEngines += 1 }
        }
        engines[Label(.healthy)].set(counts[.healthy] ?? 0)
        engines[Label(.unhealthy)].set(counts[.unhealthy] ?? 0)
        engines[Label(.unknown)].set(counts[.unknown] ?? 0)
        free.set(fleet.freeEngineCount)
        used.set(usedEngines)
        draining.set(fleet.engines.values.count { $0.removal != nil })
        slots.set((counts[.healthy] ?? 0) * fleet.limits.maxStreamsPerEngine)
        slotsUsed.set(fleet.totalLoad)
    }
}

extension EngineRemovalReason {
    init(_ reason: RemovalReason) {
        switch reason {
        case .exited: self = .exited
        case .unhealthy: self = .unhealthy
        case .startTimeout: self = .startTimeout
        case .surplus: self = .surplus
        case .portChanged: self = .portChanged
        case .vpnDown: self = .vpnDown
        case .vpnReconnected: self = .vpnReconnected
        case .rebalanced: self = .rebalanced
        case .requested: self = .requested
        }
    }
}
