import Catalogue
import Telemetry

/// How starts get their engines; the handles are resolved once.
struct LeaseMetrics: Sendable {
    let waiting: Gauge
    let enginesKnown: Gauge
    let enginesBroken: Gauge
    private let outcomes: [LeaseOutcome: Counter]
    private let durations: [LeaseOutcome: Histogram]

    init(registry: Registry) {
        let counters: CounterVector<Label<LeaseOutcome>> = registry.counter(ProxyFamilies.leases)
        let histograms: HistogramVector<Label<LeaseOutcome>> = registry.histogram(ProxyFamilies.leaseDuration)
        enginesKnown = registry.gauge(ProxyFamilies.enginesKnown)
        enginesBroken = registry.gauge(ProxyFamilies.enginesBroken)
        waiting = registry.gauge(ProxyFamilies.leasesWaiting)
        outcomes = Dictionary(uniqueKeysWithValues: LeaseOutcome.allCases.map { ($0, counters[Label($0)]) })
        durations = Dictionary(uniqueKeysWithValues: LeaseOutcome.allCases.map { ($0, histograms[Label($0)]) })
    }

    func record(_ outcome: LeaseOutcome, since start: ContinuousClock.Instant) {
        outcomes[outcome]?.increment()
        durations[outcome]?.observe(start.duration(to: .now))
    }
}
