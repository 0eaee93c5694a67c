import Catalogue
import HTTPTypes
import Hummingbird
import Settings
import Telemetry

/// Serves only requests whose `Host` is an address, `localhost` or a name that is allowed: no page of another site can
/// reach this server by a name of its own (DNS rebinding).
struct AllowedHosts: RouterMiddleware {
    typealias Context = APIContext

    /// In lower case; `*`: any.
    let names: Set<String>
    let refusals: CounterVector<Label<APIRefusal>>

    func handle(
        _ request: Request, context: APIContext, next: (Request, APIContext) async throws -> Response
    ) async throws -> Response {
        if names.contains("*") || isAllowed(request.head.authority ?? "") { return try await next(request, context) }
        refusals[Label(.hostNotAllowed)].increment()
        throw Problem(
            status: .misdirectedRequest, code: "host_not_allowed", title: "Host not allowed",
            detail: "the Host header names a host that ALLOWED_HOSTS does not contain")
    }

    private func isAllowed(_ authority: String) -> Bool {
        // A request of HTTP/1.0 may name none.
        if authority.isEmpty { return true }
        let host = Self.host(authority).lowercased()
        return host == "localhost" || host.hasSuffix(".localhost") || names.contains(host) || IPAddress(host) != nil
    }

    /// Without the port and the brackets of an IPv6 address.
    private static func host(_ authority: String) -> Substring {
        if authority.hasPrefix("[") { return authority.dropFirst().prefix { $0 != "]" } }
        return authority.prefix { $0 != ":" }
    }
}
