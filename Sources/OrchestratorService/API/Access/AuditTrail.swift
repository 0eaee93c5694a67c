import Hummingbird
import Storage

/// Writes down what operators do: who, what, when and how it ended. Requests that were refused for their key do not get
/// this far.
struct AuditTrail: RouterMiddleware {
    typealias Context = APIContext

    static let category = EventRecord.auditCategory

    let orchestrator: Orchestrator
    let errors: ErrorResponses
    let forwarding: Forwarding
    let keepsAddresses: Bool

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        let response = try await errors.handle(request, context: context, next: next)
        let action = "\(request.method.rawValue) \(context.endpointPath ?? "")"
        let key = context.keyName?.rawValue ?? "none"
        var details = [
            "action": action, "path": String(request.uri.path.prefix(200)), "key": key,
            "status": String(response.status.code),
        ]
        if let query = request.uri.query { details["query"] = String(query.prefix(200)) }
        if keepsAddresses { details["address"] = forwarding.client(request, context) }
        orchestrator.journal.append([
            .logEvent(
                EventRecord(
                    at: orchestrator.now, type: .system, category: Self.category,
                    message: "\(action) by \(key): \(response.status.code)", details: details))
        ])
        return response
    }
}
