import Catalogue
import Hummingbird
import Telemetry

/// Counts and times requests by route template; whatever has no route is `other`.
struct RequestMetrics: RouterMiddleware {
    typealias Context = APIContext

    private let requests: CounterVector<EndpointStatusLabels>
    private let durations: HistogramVector<EndpointLabels>
    private let inFlight: Gauge

    init(registry: Registry) {
        requests = registry.counter(OrchestratorFamilies.apiRequests)
        durations = registry.histogram(OrchestratorFamilies.apiDuration)
        inFlight = registry.gauge(OrchestratorFamilies.apiInFlight)
    }

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        inFlight.add(1)
        defer { inFlight.add(-1) }
        let response = try await next(request, context)
        let path = context.endpointPath ?? "NotFound"
        let endpoint = path == "NotFound" ? "other" : path
        let method = Self.methods.contains(request.method) ? request.method.rawValue : "other"
        let exemplar = TraceContext.current?.exemplarLabels ?? []
        requests[EndpointStatusLabels(endpoint: endpoint, method: method, status: response.status.code)]
            .increment(exemplar: exemplar)
        durations[EndpointLabels(endpoint: endpoint, method: method)]
            .observe(ContinuousClock.now - start, exemplar: exemplar)
        return response
    }

    private static let methods: Set<HTTPRequest.Method> = [.get, .head, .post, .put, .delete, .patch, .options]
}
