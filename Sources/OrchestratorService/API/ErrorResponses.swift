import Catalogue
import Hummingbird
import Logging
import Storage
import Telemetry

/// Turns every error of a handler into the document its kind is answered with.
struct ErrorResponses: RouterMiddleware {
    typealias Context = APIContext

    /// What only proxies send.
    private static let proxyEndpoints: Set = [
        "/events/stream_started", "/events/stream_ended", "/events/batch", "/engines/lease",
        "/proxies/heartbeat",
    ]
    private let unreadableDocuments: Counter
    private let routes: RouteIndex

    init(registry: Registry, routes: RouteIndex) {
        self.routes = routes
        let errors: CounterVector<CommunicationErrorLabels> = registry.counter(
            OrchestratorFamilies.communicationErrors)
        unreadableDocuments = errors[CommunicationErrorLabels(.proxy, .protocol)]
    }

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as ValidationError {
            if Self.proxyEndpoints.contains(context.endpointPath ?? "") { unreadableDocuments.increment() }
            return .json(error.document, status: .unprocessableContent)
        } catch let error as Problem {
            return error.response
        } catch let error as DetailError {
            return error.response
        } catch let error as StorageError {
            context.logger.error("a request failed: \(error)")
            return Problem(
                status: .serviceUnavailable, code: "storage_unavailable", title: "Storage unavailable",
                detail: "the database cannot be used at present", retryAfter: 1
            ).response
        } catch let error as any HTTPResponseError {
            if error.status == .notFound, let response = otherMethod(request) { return response }
            return DetailError(error.status, .string(Self.phrase(error.status))).response
        } catch {
            context.logger.error("a request failed: \(error)")
            return DetailError(.internalServerError, "Internal Server Error").response
        }
    }

    /// The answer where the path exists and the method does not.
    private func otherMethod(_ request: Request) -> Response? {
        let methods = routes.methods(of: request.uri.path)
        guard !methods.isEmpty else { return nil }
        let allow: HTTPFields = [.allow: (methods + ["OPTIONS"]).joined(separator: ", ")]
        if request.method == .options { return Response(status: .noContent, headers: allow) }
        return DetailError(.methodNotAllowed, "Method Not Allowed", headers: allow).response
    }

    private static func phrase(_ status: HTTPResponse.Status) -> String {
        switch status {
        case .notFound: "Not Found"
        case .contentTooLarge: "the body is larger than 1 MiB"
        default: status.reasonPhrase
        }
    }
}
