import Catalogue
import Telemetry

/// The handles of the orchestrator's metric families, by topic.
struct OrchestratorMetrics: Sendable {
    let fleet: FleetMetrics
    let provisioning: ProvisioningMetrics
    let leasing: LeasingMetrics
    let proxies: ProxyMetrics
    let scaling: ScalingMetrics
    let loops: LoopMetrics
    let vpn: VPNMetrics
    let collector: CollectorMetrics
    let streamsActive: Gauge
    let eventsStarted: Counter
    let eventsEnded: Counter
    let streamReports: CounterVector<Labels2<StreamEvent, ReportResult>>
    let streamsEnded: CounterVector<Label<StreamEndReason>>
    let communicationErrors: CounterVector<CommunicationErrorLabels>
    let collectErrors: Counter
    let startEvents: CounterVector<Label<StartOutcome>>
    let alertNotifications: CounterVector<Label<NotificationStatus>>
    let alertWebhooks: CounterVector<Label<WebhookResult>>
    let databaseSize: Gauge
    let backups: Counter
    let backupErrors: Counter
    let lastBackup: Gauge
    let backupSize: Gauge

    init(registry: Registry) {
        fleet = FleetMetrics(registry: registry)
        provisioning = ProvisioningMetrics(registry: registry)
        leasing = LeasingMetrics(registry: registry)
        proxies = ProxyMetrics(registry: registry)
        scaling = ScalingMetrics(registry: registry)
        loops = LoopMetrics(registry: registry)
        vpn = VPNMetrics(registry: registry)
        collector = CollectorMetrics(registry: registry)
        streamsActive = registry.gauge(OrchestratorFamilies.streamsActive)
        eventsStarted = registry.counter(OrchestratorFamilies.eventsStarted)
        eventsEnded = registry.counter(OrchestratorFamilies.eventsEnded)
        streamReports = registry.counter(OrchestratorFamilies.streamReports)
        streamsEnded = registry.counter(OrchestratorFamilies.streamsEnded)
        communicationErrors = registry.counter(OrchestratorFamilies.communicationErrors)
        collectErrors = registry.counter(OrchestratorFamilies.collectErrors)
        startEvents = registry.counter(OrchestratorFamilies.startEvents)
        alertNotifications = registry.counter(OrchestratorFamilies.alertNotifications)
        alertWebhooks = registry.counter(OrchestratorFamilies.alertWebhooks)
        databaseSize = registry.gauge(OrchestratorFamilies.databaseSize)
        backups = registry.counter(OrchestratorFamilies.backups)
        backupErrors = registry.counter(OrchestratorFamilies.backupErrors)
        lastBackup = registry.gauge(OrchestratorFamilies.lastBackup)
        backupSize = registry.gauge(OrchestratorFamilies.backupSize)
    }
}
