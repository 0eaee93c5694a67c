import Hummingbird

/// Answers for an orchestrator that does not lead: what others may want to know of it, and for everything else that
/// another one is to be asked.
struct StandbyGate: RouterMiddleware {
    typealias Context = APIContext

    private static let always: Set = ["/health", "/health/ready", "/metrics", "/version"]

    let leadership: Leadership

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        guard !leadership.isLeading, !Self.always.contains(request.uri.path) else {
            return try await next(request, context)
        }
        throw Problem(
            status: .serviceUnavailable, code: "standby", title: "Standby",
            detail: "another orchestrator leads; this one waits to take over", retryAfter: 2)
    }
}
