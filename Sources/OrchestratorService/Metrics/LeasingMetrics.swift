import Catalogue
import Fleet
import Telemetry

/// Engines handed out to proxies.
struct LeasingMetrics: Sendable {
    let active: Gauge
    let waiting: Gauge
    private let outcomes: CounterVector<Label<GrantOutcome>>
    private let wait: HistogramVector<Label<GrantOutcome>>
    private let ended: CounterVector<Label<LeaseEndReason>>

    init(registry: Registry) {
        active = registry.gauge(OrchestratorFamilies.leasesActive)
        waiting = registry.gauge(OrchestratorFamilies.leasesWaiting)
        outcomes = registry.counter(OrchestratorFamilies.leases)
        wait = registry.histogram(OrchestratorFamilies.leaseWait)
        ended = registry.counter(OrchestratorFamilies.leasesEnded)
    }

    /// Counts a request that came at `begin` and has just been decided.
    func record(_ outcome: GrantOutcome, since begin: ContinuousClock.Instant) {
        outcomes[Label(outcome)].increment()
        wait[Label(outcome)].observe(begin.duration(to: .now))
    }

    func count(_ end: LeaseEnd) {
        switch end {
        case .confirmed: ended[Label(.confirmed)].increment()
        case .released: ended[Label(.released)].increment()
        case .engineLost: ended[Label(.engineLost)].increment()
        case .proxyLost: ended[Label(.proxyLost)].increment()
        case .expired:
            ended[Label(.expired)].increment()
            outcomes[Label(.expired)].increment()
        }
    }
}
