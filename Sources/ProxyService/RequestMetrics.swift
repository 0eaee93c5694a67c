import Catalogue
import NIOHTTP1
import Telemetry

/// Counts and times the proxy's requests by route template.
struct RequestMetrics: Sendable {
    private let requests: CounterVector<RouteLabels>
    private let durations: HistogramVector<RouteDurationLabels>

    init(registry: Registry) {
        requests = registry.counter(ProxyFamilies.requests)
        durations = registry.histogram(ProxyFamilies.requestDuration)
    }

    func record(_ exchange: Exchange, status: Int) {
        let method = Self.label(exchange.head.method)
        let route = exchange.route.rawValue
        requests[RouteLabels(route: route, method: method, code: status)].increment()
        durations[RouteDurationLabels(route: route, method: method)].observe(exchange.startedAt.duration(to: .now))
    }

    /// Methods outside this list are one label, however many a client invents.
    private static func label(_ method: HTTPMethod) -> String {
        switch method {
        case .GET, .HEAD, .POST, .PUT, .DELETE, .OPTIONS: method.rawValue
        default: "other"
        }
    }
}
