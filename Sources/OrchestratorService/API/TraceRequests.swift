import HTTPTypes
import Hummingbird
import Telemetry

/// Serves each request within its caller's trace, or a new one: whatever is logged or called meanwhile belongs to it.
struct TraceRequests: RouterMiddleware {
    typealias Context = APIContext

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        let trace = TraceContext.serving(
            traceparent: Self.values("traceparent", of: request), tracestate: Self.values("tracestate", of: request))
        return try await TraceContext.$current.withValue(trace) { try await next(request, context) }
    }

    private static func values(_ name: String, of request: Request) -> [String] {
        HTTPField.Name(name).map { request.headers[values: $0] } ?? []
    }
}
