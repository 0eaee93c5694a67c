import Catalogue
import Telemetry

/// Proxies that name themselves.
struct ProxyMetrics: Sendable {
    let known: Gauge
    let unreported: Gauge
    let lost: Counter
    let sessionStops: CounterVector<Label<SessionStopResult>>

    init(registry: Registry) {
        known = registry.gauge(OrchestratorFamilies.proxies)
        unreported = registry.gauge(OrchestratorFamilies.unreportedSessions)
        lost = registry.counter(OrchestratorFamilies.proxiesLost)
        sessionStops = registry.counter(OrchestratorFamilies.sessionStops)
    }
}
