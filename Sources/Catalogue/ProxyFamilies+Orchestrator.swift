public import Telemetry

/// The hop from proxy to orchestrator.
extension ProxyFamilies {
    public static let orchestratorUp = GaugeFamily<NoLabels>(
        "weir_proxy_orchestrator_up", "1 while the orchestrator answers, 0 while it does not or none is configured.")
    public static let fallbackActive = GaugeFamily<NoLabels>(
        "weir_proxy_fallback_active",
        "1 while the proxy chooses engines itself because the orchestrator does not answer.")
    public static let orchestratorCalls = CounterFamily<Labels2<OrchestratorOperation, OrchestratorCallOutcome>>(
        "weir_proxy_orchestrator_calls_total", "Calls to the orchestrator, by operation and outcome.",
        known: Labels2.all)
    public static let orchestratorCallDuration = HistogramFamily<Label<OrchestratorOperation>>(
        "weir_proxy_orchestrator_call_duration_seconds",
        "Time until the orchestrator answered or the call failed, by operation; a lease may wait for an engine.",
        upperBounds: Buckets.start, known: Label.all)
    public static let leases = CounterFamily<Label<LeaseOutcome>>(
        "weir_proxy_leases_total", "Requests for an engine, by outcome.", known: Label.all)
    public static let leaseDuration = HistogramFamily<Label<LeaseOutcome>>(
        "weir_proxy_lease_duration_seconds", "Time a start waited for its engine, by outcome.",
        upperBounds: Buckets.start, known: Label.all)
    public static let leasesWaiting = GaugeFamily<NoLabels>(
        "weir_proxy_leases_waiting", "Starts that wait for an engine.")
    public static let enginesKnown = GaugeFamily<NoLabels>(
        "weir_proxy_engines_known", "Engines that the orchestrator last listed.")
    public static let enginesBroken = GaugeFamily<NoLabels>(
        "weir_proxy_engines_broken", "Engines known whose starts kept failing: none is tried for a while.")
    public static let events = CounterFamily<Label<EventOutcome>>(
        "weir_proxy_events_total", "Events for the orchestrator, by what became of them.", known: Label.all)
    public static let eventQueueLength = GaugeFamily<NoLabels>(
        "weir_proxy_event_queue_length", "Events waiting to be sent to the orchestrator.")
    public static let eventQueueLimit = GaugeFamily<NoLabels>(
        "weir_proxy_event_queue_limit", "Events that wait at most; the oldest gives way to the next.")
    public static let eventDeliveryDuration = HistogramFamily<NoLabels>(
        "weir_proxy_event_delivery_duration_seconds",
        "Time from an event until the orchestrator had taken or refused it, tries and waiting included.",
        upperBounds: Buckets.provisioning)

    static let orchestrator = [
        DescribedFamily(orchestratorUp), DescribedFamily(fallbackActive), DescribedFamily(orchestratorCalls),
        DescribedFamily(orchestratorCallDuration), DescribedFamily(leases), DescribedFamily(leaseDuration),
        DescribedFamily(leasesWaiting), DescribedFamily(enginesKnown), DescribedFamily(enginesBroken),
        DescribedFamily(events), DescribedFamily(eventQueueLength),
        DescribedFamily(eventQueueLimit), DescribedFamily(eventDeliveryDuration),
    ]
}
