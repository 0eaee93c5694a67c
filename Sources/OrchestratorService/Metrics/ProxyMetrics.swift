import Catalogue
import Telemetry

/// Proxies that name themselves.
struct ProxyMetrics: Sendable {
    let known: Gauge
    let unreported: Gauge
    let lost: Counter
    let followers: Gauge
    let feedChanges: Counter
    let sessionStops: CounterVector<Label<SessionStopResult>>

    init(registry: Registry) {
        known = registry.gauge(OrchestratorFamilies.proxies)
        unreported = registry.gauge(OrchestratorFamilies.unreportedSessions)
        followers = registry.gauge(OrchestratorFamilies.engineFeedFollowers)
        feedChanges = registry.counter(OrchestratorFamilies.engineFeedChanges)
        lost = registry.counter(OrchestratorFamilies.proxiesLost)
        sessionStops = registry.counter(OrchestratorFamilies.sessionStops)
    }
}
