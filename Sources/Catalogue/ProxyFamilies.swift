public import Telemetry

/// The metric families of weir-proxy.
public enum ProxyFamilies {
    public static let requests = CounterFamily<RouteLabels>(
        "weir_proxy_http_requests_total", "HTTP requests answered, by route template, method and status code.")
    public static let requestDuration = HistogramFamily<RouteDurationLabels>(
        "weir_proxy_http_request_duration_seconds",
        "Time from a request's head to the first byte of its answer, by route template and method.",
        upperBounds: Buckets.start)
    public static let streamStarts = CounterFamily<Label<StartOutcome>>(
        "weir_proxy_stream_starts_total", "Engine sessions asked for, by how the start ended.", known: Label.all)
    public static let streamStartDuration = HistogramFamily<Label<StartOutcome>>(
        "weir_proxy_stream_start_duration_seconds",
        "Time from the first player's request to the engine's first byte or to the failure, by outcome.",
        upperBounds: Buckets.start, known: Label.all)
    public static let sessions = GaugeFamily<NoLabels>(
        "weir_proxy_sessions", "Engine sessions open now.")
    public static let viewers = GaugeFamily<NoLabels>(
        "weir_proxy_viewers", "Players being fed now.")
    public static let viewersEvicted = CounterFamily<Label<EvictionReason>>(
        "weir_proxy_viewers_evicted_total", "Players disconnected by the proxy, by reason.", known: Label.all)
    public static let viewerSkips = CounterFamily<NoLabels>(
        "weir_proxy_viewer_skips_total", "Times a slow player was moved forward because the ring had run past it.")
    public static let receivedBytes = CounterFamily<NoLabels>(
        "weir_proxy_received_bytes_total", "Stream bytes received from engines.")
    public static let sentBytes = CounterFamily<NoLabels>(
        "weir_proxy_sent_bytes_total", "Stream bytes sent to players, framing included.")
    public static let sessionsEnded = CounterFamily<Label<SessionEndReason>>(
        "weir_proxy_sessions_ended_total", "Engine sessions that delivered and then ended, by reason.",
        known: Label.all)
    public static let ringBytes = GaugeFamily<NoLabels>(
        "weir_proxy_ring_bytes", "Memory mapped for the rings of all open sessions.")
    public static let orchestratorUp = GaugeFamily<NoLabels>(
        "weir_proxy_orchestrator_up", "1 while the orchestrator answers, 0 while it does not or none is configured.")
    public static let fallbackActive = GaugeFamily<NoLabels>(
        "weir_proxy_fallback_active",
        "1 while new streams use the static engine although an orchestrator is configured.")
    public static let leases = CounterFamily<Label<LeaseOutcome>>(
        "weir_proxy_leases_total", "Requests for an engine, by outcome.", known: Label.all)
    public static let events = CounterFamily<Label<EventOutcome>>(
        "weir_proxy_events_total", "Events for the orchestrator, by what became of them.", known: Label.all)
    public static let eventQueueLength = GaugeFamily<NoLabels>(
        "weir_proxy_event_queue_length", "Events waiting to be sent to the orchestrator.")

    /// Every family above.
    public static let all: [MetricFamily] = [
        requests.family, requestDuration.family, streamStarts.family, streamStartDuration.family, sessions.family,
        viewers.family, viewersEvicted.family, viewerSkips.family, receivedBytes.family, sentBytes.family,
        sessionsEnded.family, ringBytes.family, orchestratorUp.family, fallbackActive.family, leases.family,
        events.family, eventQueueLength.family,
    ]
}
