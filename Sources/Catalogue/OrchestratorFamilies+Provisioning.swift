public import Telemetry

/// Creating engines, and the provider that does it.
extension OrchestratorFamilies {
    public static let provisions = CounterFamily<Label<ProvisionKind>>(
        "orch_provision_total", "Engines created, by the API that asked for them.", known: Label.all)
    public static let provisionDuration = HistogramFamily<Label<ProvisionSuccess>>(
        "orch_provision_duration_seconds",
        "Time from the decision to create an engine until it answered, or until it was given up.",
        upperBounds: Buckets.provisioning, known: Label.all)
    public static let provisionsInFlight = GaugeFamily<NoLabels>(
        "orch_provisions_in_flight", "Engines being created that do not answer yet.")
    public static let provisionsLimit = GaugeFamily<NoLabels>(
        "orch_provisions_limit", "Engines that may be created at a time.")
    public static let provisionsWaiting = GaugeFamily<NoLabels>(
        "orch_provisions_waiting", "API requests for a new engine that wait for their turn.")
    public static let provisionsQueued = GaugeFamily<NoLabels>(
        "orch_provision_queue_length",
        "Engines wanted whose creation has not begun: API requests that wait, and what reconciliation misses.")
    public static let provisionRetries = CounterFamily<Label<ProvisionRetryReason>>(
        "orch_provision_retries_total", "Attempts to create an engine that were repeated after a pause, by reason.",
        known: Label.all)
    public static let provisionRefusals = CounterFamily<Label<ProvisionRefusal>>(
        "orch_provision_refusals_total", "Attempts to create an engine that were put off, by reason.",
        known: Label.all)
    public static let circuitState = GaugeFamily<CircuitLabels>(
        "orch_circuit_state", "1 for the state a circuit breaker is in, 0 for its other states.",
        known: CircuitLabels.all)
    public static let circuitTransitions = CounterFamily<CircuitLabels>(
        "orch_circuit_transitions_total", "Changes of a circuit breaker's state, by the state it came into.",
        known: CircuitLabels.all)
    public static let circuitFailures = GaugeFamily<BreakerLabels>(
        "orch_circuit_consecutive_failures", "Failures that a circuit breaker has counted in a row.",
        known: BreakerLabels.all)
    public static let providerCalls = CounterFamily<Labels2<ProviderOperation, ProviderCallOutcome>>(
        "orch_provider_calls_total", "Calls to the engine provider, by operation and outcome.",
        known: Labels2.each(.list, [.ok, .refused, .unavailable, .timeout])
            + Labels2.each(.create, ProviderCallOutcome.allCases)
            + Labels2.each(.remove, [.ok, .refused, .unavailable, .timeout]))
    public static let providerCallDuration = HistogramFamily<Label<ProviderOperation>>(
        "orch_provider_call_duration_seconds", "Time a call to the engine provider took, by operation.",
        upperBounds: Buckets.start, known: Label.all)
    public static let dockerCalls = CounterFamily<Labels2<DockerOperation, DockerCallOutcome>>(
        "orch_docker_calls_total", "Requests to the Docker Engine API, by operation and outcome.",
        known: Labels2.each(.containerList, DockerCallOutcome.allCases)
            + DockerOperation.allCases.filter { $0 != .containerList }.flatMap { Labels2.each($0, [.ok]) },
        limit: DockerOperation.allCases.count * DockerCallOutcome.allCases.count)
    public static let dockerCallDuration = HistogramFamily<Label<DockerOperation>>(
        "orch_docker_call_duration_seconds", "Time a request to the Docker Engine API took, by operation.",
        upperBounds: Buckets.start, known: Label.all)
    public static let communicationErrors = CounterFamily<CommunicationErrorLabels>(
        "orch_communication_errors_total", "Calls to engines, providers and proxies that failed.",
        known: CommunicationErrorLabels.all)
    public static let portsUsed = GaugeFamily<NoLabels>(
        "orch_ports_used", "Ports of PORT_RANGE_HOST that are taken.")
    public static let portsLimit = GaugeFamily<NoLabels>("orch_ports_limit", "Ports of PORT_RANGE_HOST.")

    static let provisioning = [
        DescribedFamily(provisions), DescribedFamily(provisionDuration), DescribedFamily(provisionsInFlight),
        DescribedFamily(provisionsLimit), DescribedFamily(provisionsWaiting), DescribedFamily(provisionsQueued),
        DescribedFamily(provisionRetries), DescribedFamily(provisionRefusals),
        DescribedFamily(circuitState), DescribedFamily(circuitTransitions), DescribedFamily(circuitFailures),
        DescribedFamily(providerCalls), DescribedFamily(providerCallDuration), DescribedFamily(dockerCalls),
        DescribedFamily(dockerCallDuration), DescribedFamily(communicationErrors),
        DescribedFamily(portsUsed), DescribedFamily(portsLimit),
    ]
}
