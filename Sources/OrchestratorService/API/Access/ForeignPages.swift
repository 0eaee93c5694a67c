import Catalogue
import HTTPTypes
import Hummingbird
import Telemetry

/// Refuses what a page of another site makes a browser send and that would change something: where no key is needed,
/// nothing else tells such a request from an operator's (cross-site request forgery). A request with a key passes: no
/// browser adds one by itself.
struct ForeignPages: RouterMiddleware {
    typealias Context = APIContext

    /// Origins that may use the API, in lower case; `*`: any.
    let origins: Set<String>
    let refusals: CounterVector<Label<APIRefusal>>

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        guard ![.get, .head, .options].contains(request.method), request.headers[.authorization] == nil,
            let origin = request.headers[.origin]?.lowercased(), !isAllowed(origin, request)
        else { return try await next(request, context) }
        refusals[Label(.originNotAllowed)].increment()
        throw Problem(
            status: .forbidden, code: "origin_not_allowed", title: "Origin not allowed",
            detail:
                "a page of another origin may not change anything here without a key; CORS_ORIGINS names those that may"
        )
    }

    private func isAllowed(_ origin: String, _ request: Request) -> Bool {
        if origins.contains("*") || origins.contains(origin) { return true }
        guard let authority = request.head.authority?.lowercased(), !authority.isEmpty else { return false }
        return origin == "http://" + authority || origin == "https://" + authority
    }
}
