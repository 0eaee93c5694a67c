import Catalogue
import Fleet
import Providers
import Telemetry

/// Creating engines: the provider, the limiter, the breakers.
struct ProvisioningMetrics: Sendable {
    let provisions: CounterVector<Label<ProvisionKind>>
    let duration: HistogramVector<Label<ProvisionSuccess>>
    let inFlight: Gauge
    let limit: Gauge
    let waiting: Gauge
    let queued: Gauge
    private let retries: CounterVector<Label<ProvisionRetryReason>>
    let refusals: CounterVector<Label<ProvisionRefusal>>
    let calls: CallMetrics<ProviderOperation, ProviderCallOutcome>
    let portsUsed: Gauge
    let portsLimit: Gauge
    private let circuitState: GaugeVector<CircuitLabels>
    private let circuitTransitions: CounterVector<CircuitLabels>
    private let circuitFailures: GaugeVector<BreakerLabels>

    init(registry: Registry) {
        provisions = registry.counter(OrchestratorFamilies.provisions)
        duration = registry.histogram(OrchestratorFamilies.provisionDuration)
        inFlight = registry.gauge(OrchestratorFamilies.provisionsInFlight)
        limit = registry.gauge(OrchestratorFamilies.provisionsLimit)
        waiting = registry.gauge(OrchestratorFamilies.provisionsWaiting)
        queued = registry.gauge(OrchestratorFamilies.provisionsQueued)
        retries = registry.counter(OrchestratorFamilies.provisionRetries)
        refusals = registry.counter(OrchestratorFamilies.provisionRefusals)
        calls = CallMetrics(
            registry: registry, calls: OrchestratorFamilies.providerCalls,
            duration: OrchestratorFamilies.providerCallDuration)
        portsUsed = registry.gauge(OrchestratorFamilies.portsUsed)
        portsLimit = registry.gauge(OrchestratorFamilies.portsLimit)
        circuitState = registry.gauge(OrchestratorFamilies.circuitState)
        circuitTransitions = registry.counter(OrchestratorFamilies.circuitTransitions)
        circuitFailures = registry.gauge(OrchestratorFamilies.circuitFailures)
    }

    /// Shows a breaker's state and counts the change from `before`, if there was one.
    func show(
        _ breaker: CircuitBreaker, as name: CircuitLabels.Breaker, before: CircuitBreaker.State, now: Timestamp
    ) {
        let state = breaker.state(now: now)
        for candidate in CircuitBreaker.State.allCases {
            circuitState[CircuitLabels(name, CircuitLabels.State(candidate))].set(candidate == state)
        }
        circuitFailures[BreakerLabels(name)].set(breaker.failureCount)
        if state != before { circuitTransitions[CircuitLabels(name, CircuitLabels.State(state))].increment() }
    }

    /// Counts a creation that is tried again.
    func count(retryAfter failure: Provision.Failure) {
        retries[Label(failure == .nameTaken ? .nameInUse : .uncertain)].increment()
    }

    func count(_ block: ProvisionBlock) {
        let reason: ProvisionRefusal
        switch block {
        case .circuitOpen: reason = .circuitOpen
        case .maxReplicas: reason = .maxReplicas
        case .noFreePort: reason = .noFreePort
        case .portInUse: reason = .portInUse
        case .vpnDisconnected: reason = .vpnDisconnected
        case .queueFull: reason = .queueFull
        case .busy: reason = .busy
        case .notBefore: reason = .tooSoon
        case .failed: return
        }
        refusals[Label(reason)].increment()
    }
}

extension CircuitLabels.State {
    init(_ state: CircuitBreaker.State) {
        switch state {
        case .closed: self = .closed
        case .open: self = .open
        case .halfOpen: self = .halfOpen
        }
    }
}

extension ProviderCallOutcome {
    init(_ error: ProviderError) {
        switch error.code {
        case .portInUse: self = .portInUse
        case .nameInUse: self = .nameInUse
        case .commandNotFound: self = .commandNotFound
        case .refused: self = .refused
        case .unavailable: self = .unavailable
        case .timedOut: self = .timeout
        }
    }
}
