import Fleet
import HTTPTypes
import Hummingbird
import NIOConcurrencyHelpers

/// Tells with every answer how much can be provisioned at present, so that callers can hold back.
struct AnswerHeaders: RouterMiddleware {
    typealias Context = APIContext

    private static let limit = HTTPField.Name("X-RateLimit-Provisioning-Limit")
    private static let remaining = HTTPField.Name("X-RateLimit-Provisioning-Remaining")
    private static let circuit = HTTPField.Name("X-Circuit-State")

    let orchestrator: Orchestrator

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        let (limiter, breaker) = orchestrator.front.withLockedValue { ($0.limiter, $0.breaker) }
        if let name = Self.limit { response.headers[name] = String(limiter.maxConcurrent) }
        if let name = Self.remaining {
            response.headers[name] = String(max(0, limiter.maxConcurrent - limiter.active))
        }
        response.headers[.xContentTypeOptions] = "nosniff"
        guard breaker.isTripped else { return response }
        let now = orchestrator.now
        if let name = Self.circuit { response.headers[name] = breaker.state(now: now).rawValue }
        if response.headers[.retryAfter] == nil {
            response.headers[.retryAfter] = String(breaker.timeUntilProbe(now: now).components.seconds + 1)
        }
        return response
    }
}
