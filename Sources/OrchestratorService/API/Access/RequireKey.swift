import Catalogue
import Hummingbird
import Telemetry

/// Lets a request pass only with one of some keys.
struct RequireKey: RouterMiddleware {
    typealias Context = APIContext

    /// What a request wants to do.
    enum Purpose: Sendable {
        case change
        case read
        /// `/metrics`, open unless a token is set for it.
        case metrics
        /// `/sd/proxies`, for Prometheus as well as for readers.
        case discovery

        fileprivate var names: Set<KeyRing.Name> {
            switch self {
            case .change: [.key, .previousKey]
            case .read: [.key, .previousKey, .readKey]
            case .metrics, .discovery: [.key, .previousKey, .readKey, .metricsToken]
            }
        }
    }

    let ring: KeyRing
    let purpose: Purpose
    let hasOpenReads: Bool
    let refusals: CounterVector<Label<APIRefusal>>

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        if isOpen { return try await next(request, context) }
        let scheme = "bearer "
        guard let header = request.headers[.authorization], header.lowercased().hasPrefix(scheme) else {
            refusals[Label(.missingKey)].increment()
            throw DetailError(.unauthorized, "missing bearer token", headers: [.wwwAuthenticate: "Bearer"])
        }
        let name = ring.name(of: Array(header.utf8.dropFirst(scheme.utf8.count)))
        guard let name, purpose.names.contains(name) else {
            refusals[Label(.wrongKey)].increment()
            throw DetailError(.forbidden, "invalid token")
        }
        var context = context
        context.keyName = name
        return try await next(request, context)
    }

    /// Without an API key, which only this machine can do without, everything is open.
    private var isOpen: Bool {
        switch purpose {
        case .change: !ring.holds(.key)
        case .read, .discovery: hasOpenReads || !ring.holds(.key)
        case .metrics: !ring.holds(.metricsToken)
        }
    }
}
