import HTTPTypes
import Hummingbird

/// `/panel/`: the built-in page.
struct PanelController: Sendable {
    private static let policy =
        "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
        + "img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    private let page = ByteBuffer(bytes: PackageResources.index_html)

    func addRoutes(to open: Routes) {
        open.get("/", use: redirect)
        // One route serves both spellings: the router does not tell `/panel` from `/panel/`.
        open.get("/panel", use: panel)
    }

    @Sendable func redirect(_ request: Request, context: APIContext) async throws -> Response {
        Response(status: .temporaryRedirect, headers: [.location: "/panel/"])
    }

    @Sendable func panel(_ request: Request, context: APIContext) async throws -> Response {
        guard request.uri.path.hasSuffix("/") else { return try await redirect(request, context: context) }
        let headers: HTTPFields = [
            .contentType: "text/html; charset=utf-8", .cacheControl: "no-cache",
            .contentSecurityPolicy: Self.policy, .xContentTypeOptions: "nosniff",
        ]
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: page))
    }
}
