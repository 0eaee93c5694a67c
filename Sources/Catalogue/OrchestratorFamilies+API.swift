public import Telemetry

/// The REST API.
extension OrchestratorFamilies {
    public static let apiRequests = CounterFamily<EndpointStatusLabels>(
        "orch_api_requests_total", "API requests answered, by route template, method and status code.")
    public static let apiDuration = HistogramFamily<EndpointLabels>(
        "orch_api_duration_seconds", "Time to answer an API request, by route template and method.",
        upperBounds: Buckets.api)
    public static let apiInFlight = GaugeFamily<NoLabels>(
        "orch_api_requests_in_flight", "API requests being worked on, those that wait for an engine included.")
    /// The server bounds no number of connections, so that reason does not occur.
    public static let connectionsRefused = CounterFamily<Label<RefusalReason>>(
        "orch_http_connections_refused_total", "Connections closed without serving their request, by reason.",
        known: [Label(.headerTimeout), Label(.badRequest)])
    public static let alertNotifications = CounterFamily<Label<NotificationStatus>>(
        "orch_alert_notifications_total", "Alerts in notifications received from Alertmanager, by status.",
        known: Label.all)
    public static let alertWebhooks = CounterFamily<Label<WebhookResult>>(
        "orch_alert_webhooks_total", "Notifications received from Alertmanager, by what became of them.",
        known: Label.all)

    public static let apiRefusals = CounterFamily<Label<APIRefusal>>(
        "orch_api_refusals_total", "API requests refused for their key or host, or answered without a result in time.",
        known: Label.all)

    static let api = [
        DescribedFamily(apiRequests), DescribedFamily(apiDuration), DescribedFamily(apiInFlight),
        DescribedFamily(apiRefusals),
        DescribedFamily(connectionsRefused), DescribedFamily(alertNotifications), DescribedFamily(alertWebhooks),
    ]
}
