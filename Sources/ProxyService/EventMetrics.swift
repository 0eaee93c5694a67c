import Catalogue
import Telemetry

/// What becomes of events for the orchestrator; the handles are resolved once.
struct EventMetrics: Sendable {
    let queueLength: Gauge
    let deliveryDuration: Histogram
    private let outcomes: [EventOutcome: Counter]

    init(registry: Registry, queueLimit: Int) {
        let counters: CounterVector<Label<EventOutcome>> = registry.counter(ProxyFamilies.events)
        outcomes = Dictionary(uniqueKeysWithValues: EventOutcome.allCases.map { ($0, counters[Label($0)]) })
        queueLength = registry.gauge(ProxyFamilies.eventQueueLength)
        deliveryDuration = registry.histogram(ProxyFamilies.eventDeliveryDuration)
        registry.gauge(ProxyFamilies.eventQueueLimit).set(queueLimit)
    }

    func count(_ outcome: EventOutcome) {
        outcomes[outcome]?.increment()
    }
}
