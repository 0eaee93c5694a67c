import Catalogue
import Fleet
import Telemetry

/// Engines, all together and one by one.
struct FleetMetrics: Sendable {
    let enginesLimit: Gauge
    let added: CounterVector<Label<EngineOrigin>>
    let removed: CounterVector<Label<EngineRemovalReason>>
    let healthChecks: CounterVector<Label<HealthCheckResult>>
    let healthCheckDuration: HistogramVector<Label<HealthCheckResult>>
    private let engines: GaugeVector<Label<HealthStatus>>
    private let free: Gauge
    private let used: Gauge
    private let draining: Gauge
    private let slots: Gauge
    private let slotsUsed: Gauge
    private let score: GaugeVector<EngineLabels>
    private let isUp: GaugeVector<EngineLabels>
    private let streams: GaugeVector<EngineLabels>
    private let leases: GaugeVector<EngineLabels>
    private let failedChecks: GaugeVector<EngineLabels>
    private let firstSeen: GaugeVector<EngineLabels>

    init(registry: Registry) {
        enginesLimit = registry.gauge(OrchestratorFamilies.enginesLimit)
        added = registry.counter(OrchestratorFamilies.enginesAdded)
        removed = registry.counter(OrchestratorFamilies.enginesRemoved)
        healthChecks = registry.counter(OrchestratorFamilies.healthChecks)
        healthCheckDuration = registry.histogram(OrchestratorFamilies.healthCheckDuration)
        engines = registry.gauge(OrchestratorFamilies.engines)
        free = registry.gauge(OrchestratorFamilies.enginesFree)
        used = registry.gauge(OrchestratorFamilies.enginesUsed)
        draining = registry.gauge(OrchestratorFamilies.enginesDraining)
        slots = registry.gauge(OrchestratorFamilies.slots)
        slotsUsed = registry.gauge(OrchestratorFamilies.slotsUsed)
        score = registry.gauge(OrchestratorFamilies.engineHealthScore)
        isUp = registry.gauge(OrchestratorFamilies.engineUp)
        streams = registry.gauge(OrchestratorFamilies.engineStreams)
        leases = registry.gauge(OrchestratorFamilies.engineLeases)
        failedChecks = registry.gauge(OrchestratorFamilies.engineFailedChecks)
        firstSeen = registry.gauge(OrchestratorFamilies.engineFirstSeen)
    }

    func show(_ fleet: FleetState, now: Timestamp) {
        var counts: [EngineHealth: Int] = [:]
        var usedEngines = 0
        for engine in fleet.engines.values {
            counts[engine.health, default: 0] += 1
            if fleet.load(of: engine.id) > 0 { usedEngines += 1 }
            show(engine, in: fleet, now: now)
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

    /// Lets the series of an engine that has left vanish.
    func forget(_ name: String) {
        let labels = EngineLabels(engine: name)
        for vector in [score, isUp, streams, leases, failedChecks, firstSeen] { vector.remove(labels) }
    }

    private func show(_ engine: Engine, in fleet: FleetState, now: Timestamp) {
        let labels = EngineLabels(engine: engine.name)
        let streamCount = fleet.streamIDs(of: engine.id).count
        score[labels].set(fleet.healthScore(of: engine, now: now))
        isUp[labels].set(engine.health == .healthy)
        streams[labels].set(streamCount)
        leases[labels].set(fleet.load(of: engine.id) - streamCount)
        failedChecks[labels].set(engine.failedProbes)
        firstSeen[labels].set(Double(engine.firstSeen.milliseconds) / 1000)
    }
}

extension EngineRemovalReason {
    init(_ reason: RemovalReason) {
        switch reason {
        case .exited: self = .exited
        case .unhealthy: self = .unhealthy
        case .startTimeout: self = .startTimeout
        case .surplus: self = .surplus
        case .requested: self = .requested
        }
    }
}
