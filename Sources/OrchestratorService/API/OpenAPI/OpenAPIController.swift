import HTTPTypes
import Hummingbird

/// `/openapi.json`, `/docs`: the description of the API, for programs and for people.
struct OpenAPIController: Sendable {
    private static let policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"

    let description: OpenAPIDocument
    let forwarding: Forwarding

    func addRoutes(to open: Routes) {
        open.get("/openapi.json", use: document)
        open.get("/docs", use: page)
    }

    /// Behind a trusted proxy the server is named by the URL that the caller has used.
    @Sendable func document(_ request: Request, context: APIContext) async throws -> Response {
        let scheme = forwarding.scheme(request, context)
        let isForwarded = scheme == "https"
        let server = isForwarded ? request.head.authority.map { "\(scheme)://\($0)" } : nil
        return .json(description.document(server: server ?? "/"), headers: [.cacheControl: "no-cache"])
    }

    @Sendable func page(_ request: Request, context: APIContext) async throws -> Response {
        let headers: HTTPFields = [
            .contentType: "text/html; charset=utf-8", .cacheControl: "no-cache",
            .contentSecurityPolicy: Self.policy,
        ]
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(string: DocumentationPage(description: description).html)))
    }
}
