import Catalogue
import HTTPGuard
import Telemetry

/// The listener's bound on connections, and what its guards hold back.
struct ConnectionMetrics: Sendable {
    /// Connections beyond the maximum that are let in, so that they can be told so and probes still get an answer.
    private static let tolerance = 64

    let limit: ConnectionLimit
    private let maximum: Int
    private let refused: [RefusalReason: Counter]
    private let limitRefusals: CounterVector<Label<LimitReason>>

    /// - Parameters:
    ///   - maximum: connections that are served.
    ///   - descriptors: what the process can open bounds them too.
    init(registry: Registry, maximum: Int, descriptors: DescriptorLimit) {
        let counters: CounterVector<Label<RefusalReason>> = registry.counter(ProxyFamilies.connectionsRefused)
        refused = Dictionary(uniqueKeysWithValues: RefusalReason.allCases.map { ($0, counters[Label($0)]) })
        limitRefusals = registry.counter(ProxyFamilies.limitRefusals)
        let refusedByLimit = counters[Label(.connectionLimit)]
        let possible = descriptors.maximumConnections
        self.maximum = max(1, min(maximum, possible - min(Self.tolerance, possible / 16)))
        let limit = ConnectionLimit(limit: min(possible, self.maximum + Self.tolerance)) { refusedByLimit.increment() }
        self.limit = limit
        registry.gauge(ProxyFamilies.connectionsLimit).set(self.maximum)
        let open: Gauge = registry.gauge(ProxyFamilies.connections)
        registry.onCollect { open.set(limit.openCount - limit.keptCount) }
    }

    /// Whether as many connections as allowed are open.
    var isFull: Bool { limit.openCount >= maximum }

    /// The place of a connection that has just been accepted.
    func place(clients: ClientConnections) -> ConnectionPlace {
        ConnectionPlace(limit: limit, clients: clients, isBeyondLimit: limit.openCount > maximum)
    }

    func count(_ reason: RefusalReason) {
        refused[reason]?.increment()
    }

    func count(_ reason: LimitReason) {
        limitRefusals[Label(reason)].increment()
    }
}
