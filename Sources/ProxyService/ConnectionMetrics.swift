import Catalogue
import HTTPGuard
import Telemetry

/// The listener's bound on connections, and what its guards hold back.
struct ConnectionMetrics: Sendable {
    let limit: ConnectionLimit
    private let refused: [RefusalReason: Counter]

    init(registry: Registry, maximumConnections: Int) {
        let counters: CounterVector<Label<RefusalReason>> = registry.counter(ProxyFamilies.connectionsRefused)
        refused = Dictionary(uniqueKeysWithValues: RefusalReason.allCases.map { ($0, counters[Label($0)]) })
        let refusedByLimit = counters[Label(.connectionLimit)]
        let limit = ConnectionLimit(limit: maximumConnections) { refusedByLimit.increment() }
        self.limit = limit
        registry.gauge(ProxyFamilies.connectionsLimit).set(maximumConnections)
        let open: Gauge = registry.gauge(ProxyFamilies.connections)
        registry.onCollect { open.set(limit.openCount) }
    }

    func count(_ reason: RefusalReason) {
        refused[reason]?.increment()
    }
}
