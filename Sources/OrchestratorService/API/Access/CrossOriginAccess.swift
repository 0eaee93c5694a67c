import HTTPTypes
import Hummingbird

/// Lets pages of the configured origins use the API (the CORS protocol of the Fetch standard).
struct CrossOriginAccess: RouterMiddleware {
    typealias Context = APIContext

    /// In lower case; `*`: any.
    let origins: Set<String>

    private static let exposed =
        "ETag, Retry-After, X-Circuit-State, X-RateLimit-Provisioning-Limit, X-RateLimit-Provisioning-Remaining"

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        guard !origins.isEmpty, let origin = request.headers[.origin] else { return try await next(request, context) }
        let isAllowed = origins.contains("*") || origins.contains(origin.lowercased())
        if isAllowed, request.method == .options, request.headers[.accessControlRequestMethod] != nil {
            return Response(
                status: .noContent,
                headers: [
                    .accessControlAllowOrigin: allowed(origin), .vary: "Origin",
                    .accessControlAllowMethods: "GET, HEAD, POST, PUT, DELETE",
                    .accessControlAllowHeaders: "Authorization, Content-Type, If-None-Match",
                    .accessControlMaxAge: "600",
                ])
        }
        var response = try await next(request, context)
        response.headers[.vary] = "Origin"
        guard isAllowed else { return response }
        response.headers[.accessControlAllowOrigin] = allowed(origin)
        response.headers[.accessControlExposeHeaders] = Self.exposed
        return response
    }

    private func allowed(_ origin: String) -> String { origins.contains("*") ? "*" : origin }
}
