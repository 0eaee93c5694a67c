import Catalogue
import Fleet
import Telemetry

/// The series of single engines: they come with an engine and vanish with it. Belongs to the orchestrator.
struct EngineSeries {
    private struct Handles {
        let name: String
        let score: Gauge
        let isUp: Gauge
        let streams: Gauge
        let leases: Gauge
        let failedChecks: Gauge
        let firstSeen: Gauge
        let ejected: Gauge
    }

    private let score: GaugeVector<EngineLabels>
    private let isUp: GaugeVector<EngineLabels>
    private let streams: GaugeVector<EngineLabels>
    private let leases: GaugeVector<EngineLabels>
    private let failedChecks: GaugeVector<EngineLabels>
    private let firstSeen: GaugeVector<EngineLabels>
    private let ejected: GaugeVector<EngineLabels>
    /// By the engine's identifier.
    private var handles: [String: Handles] = [:]

    init(registry: Registry) {
        score = registry.gauge(OrchestratorFamilies.engineHealthScore)
        isUp = registry.gauge(OrchestratorFamilies.engineUp)
        streams = registry.gauge(OrchestratorFamilies.engineStreams)
        leases = registry.gauge(OrchestratorFamilies.engineLeases)
        failedChecks = registry.gauge(OrchestratorFamilies.engineFailedChecks)
        firstSeen = registry.gauge(OrchestratorFamilies.engineFirstSeen)
        ejected = registry.gauge(OrchestratorFamilies.engineEjected)
    }

    mutating func show(_ fleet: FleetState, now: Timestamp) {
        for (id, gone) in handles where fleet.engines[id]?.name != gone.name { forget(gone.name) }
        for engine in fleet.engines.values {
            let handles = handles[engine.id] ?? resolve(engine)
            let streamCount = fleet.streamIDs(of: engine.id).count
            handles.score.set(fleet.healthScore(of: engine, now: now))
            handles.isUp.set(engine.health == .healthy)
            handles.streams.set(streamCount)
            handles.leases.set(fleet.load(of: engine.id) - streamCount)
            handles.failedChecks.set(engine.failedProbes)
            handles.ejected.set(engine.isEjected)
            handles.firstSeen.set(Double(engine.firstSeen.milliseconds) / 1000)
        }
    }

    private mutating func resolve(_ engine: Engine) -> Handles {
        let labels = EngineLabels(engine: engine.name)
        let resolved = Handles(
            name: engine.name, score: score[labels], isUp: isUp[labels], streams: streams[labels],
            leases: leases[labels], failedChecks: failedChecks[labels], firstSeen: firstSeen[labels],
            ejected: ejected[labels])
        handles[engine.id] = resolved
        return resolved
    }

    /// Whoever has the same name gets new series when it is shown next.
    private mutating func forget(_ name: String) {
        let labels = EngineLabels(engine: name)
        for vector in [score, isUp, streams, leases, failedChecks, firstSeen, ejected] { vector.remove(labels) }
        handles = handles.filter { $0.value.name != name }
    }
}
