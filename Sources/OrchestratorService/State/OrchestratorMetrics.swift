import Catalogue
import Telemetry

/// The handles of the orchestrator's metric families.
struct OrchestratorMetrics: Sendable {
    let engines: GaugeVector<Label<HealthStatus>>
    let enginesFree: Gauge
    let enginesDesired: Gauge
    let streamsActive: Gauge
    let eventsStarted: Counter
    let eventsEnded: Counter
    let provisions: CounterVector<Label<ProvisionKind>>
    let provisionDuration: HistogramVector<Label<ProvisionSuccess>>
    let circuitState: GaugeVector<CircuitLabels>
    let communicationErrors: CounterVector<CommunicationErrorLabels>
    let leases: CounterVector<Label<GrantOutcome>>
    let leasesActive: Gauge
    let startEvents: CounterVector<Label<StartOutcome>>
    let scalingDecisions: CounterVector<Label<Catalogue.ScalingDirection>>
    let scalingStartRate: Gauge
    let scalingLeadTime: Gauge
    let scalingFreeTarget: Gauge
    let healthChecks: CounterVector<Label<HealthCheckResult>>
    let alertNotifications: CounterVector<Label<NotificationStatus>>
    let databaseSize: Gauge

    init(registry: Registry) {
        engines = registry.gauge(OrchestratorFamilies.engines)
        enginesFree = registry.gauge(OrchestratorFamilies.enginesFree)
        enginesDesired = registry.gauge(OrchestratorFamilies.enginesDesired)
        streamsActive = registry.gauge(OrchestratorFamilies.streamsActive)
        eventsStarted = registry.counter(OrchestratorFamilies.eventsStarted)
        eventsEnded = registry.counter(OrchestratorFamilies.eventsEnded)
        provisions = registry.counter(OrchestratorFamilies.provisions)
        provisionDuration = registry.histogram(OrchestratorFamilies.provisionDuration)
        circuitState = registry.gauge(OrchestratorFamilies.circuitState)
        communicationErrors = registry.counter(OrchestratorFamilies.communicationErrors)
        leases = registry.counter(OrchestratorFamilies.leases)
        leasesActive = registry.gauge(OrchestratorFamilies.leasesActive)
        startEvents = registry.counter(OrchestratorFamilies.startEvents)
        scalingDecisions = registry.counter(OrchestratorFamilies.scalingDecisions)
        scalingStartRate = registry.gauge(OrchestratorFamilies.scalingStartRate)
        scalingLeadTime = registry.gauge(OrchestratorFamilies.scalingLeadTime)
        scalingFreeTarget = registry.gauge(OrchestratorFamilies.scalingFreeTarget)
        healthChecks = registry.counter(OrchestratorFamilies.healthChecks)
        alertNotifications = registry.counter(OrchestratorFamilies.alertNotifications)
        databaseSize = registry.gauge(OrchestratorFamilies.databaseSize)
    }
}
