public import Telemetry

/// The metric families of weir-orchestrator. Names of the earlier orchestrators are kept where promlint allows them.
public enum OrchestratorFamilies {
    public static let apiRequests = CounterFamily<EndpointStatusLabels>(
        "orch_api_requests_total", "API requests answered, by route template, method and status code.")
    public static let apiDuration = HistogramFamily<EndpointLabels>(
        "orch_api_duration_seconds", "Time to answer an API request, by route template and method.",
        upperBounds: Buckets.api)
    public static let engines = GaugeFamily<Label<HealthStatus>>(
        "orch_engines", "Engines that exist, by health.", known: Label.all)
    public static let enginesFree = GaugeFamily<NoLabels>(
        "orch_engines_free", "Ready engines that carry neither a stream nor a lease.")
    public static let enginesDesired = GaugeFamily<NoLabels>(
        "orch_engines_desired", "Engines that the autoscaler wants.")
    public static let streamsActive = GaugeFamily<NoLabels>(
        "orch_streams_active", "Streams that have started and not ended.")
    public static let eventsStarted = CounterFamily<NoLabels>(
        "orch_events_started_total", "stream_started events that began a stream.")
    public static let eventsEnded = CounterFamily<NoLabels>(
        "orch_events_ended_total", "stream_ended events that ended a stream.")
    public static let provisions = CounterFamily<Label<ProvisionKind>>(
        "orch_provision_total", "Engines created, by the API that asked for them.", known: Label.all)
    public static let provisionDuration = HistogramFamily<Label<ProvisionSuccess>>(
        "orch_provision_duration_seconds",
        "Time from the decision to create an engine until it answered, or until it was given up.",
        upperBounds: Buckets.provisioning, known: Label.all)
    public static let circuitState = GaugeFamily<CircuitLabels>(
        "orch_circuit_state", "1 for the state a circuit breaker is in, 0 for its other states.",
        known: CircuitLabels.all)
    public static let communicationErrors = CounterFamily<CommunicationErrorLabels>(
        "orch_communication_errors_total", "Calls to engines, providers and proxies that failed.",
        known: CommunicationErrorLabels.all)
    public static let leases = CounterFamily<Label<GrantOutcome>>(
        "orch_leases_total", "Requests of proxies for an engine, by outcome.", known: Label.all)
    public static let leasesActive = GaugeFamily<NoLabels>(
        "orch_leases_active", "Leases that have not become a stream yet.")
    public static let startEvents = CounterFamily<Label<StartOutcome>>(
        "orch_start_events_total", "Stream starts reported by proxies, by outcome.", known: Label.all)
    public static let scalingDecisions = CounterFamily<Label<ScalingDirection>>(
        "orch_scaling_decisions_total", "Decisions of the autoscaler, by direction.", known: Label.all)
    public static let scalingStartRate = GaugeFamily<NoLabels>(
        "orch_scaling_start_rate", "Stream starts for each second, as the autoscaler forecasts them.")
    public static let scalingLeadTime = GaugeFamily<NoLabels>(
        "orch_scaling_lead_time_seconds", "Upper quantile of the time it takes to provision an engine.")
    public static let scalingFreeTarget = GaugeFamily<NoLabels>(
        "orch_scaling_free_target", "Free engines that the autoscaler wants.")
    public static let healthChecks = CounterFamily<Label<HealthCheckResult>>(
        "orch_health_checks_total", "Health checks of engines, by result.", known: Label.all)
    public static let alertNotifications = CounterFamily<Label<NotificationStatus>>(
        "orch_alert_notifications_total", "Alerts in notifications received from Alertmanager, by status.",
        known: Label.all)
    public static let databaseSize = GaugeFamily<NoLabels>(
        "orch_database_size_bytes", "Size of the database file and its write-ahead log.")

    /// Every family above.
    public static let all: [MetricFamily] = [
        apiRequests.family, apiDuration.family, engines.family, enginesFree.family, enginesDesired.family,
        streamsActive.family, eventsStarted.family, eventsEnded.family, provisions.family, provisionDuration.family,
        circuitState.family, communicationErrors.family, leases.family, leasesActive.family, startEvents.family,
        scalingDecisions.family, scalingStartRate.family, scalingLeadTime.family, scalingFreeTarget.family,
        healthChecks.family, alertNotifications.family, databaseSize.family,
    ]
}
