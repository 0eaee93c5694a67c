import Fleet
import Hummingbird

/// `/proxies`: signs of life of proxies that name themselves.
struct ProxiesController: Sendable {
    let orchestrator: Orchestrator

    func addRoutes(to locked: RouterGroup<APIContext>) {
        locked.post("/proxies/heartbeat", use: heartbeat)
    }

    /// Answers with a `registration` that is another one than before whenever the proxy was not known any more: it then
    /// reports its running streams again. None is named before it is known which engines and streams there are.
    @Sendable func heartbeat(_ request: Request, context: APIContext) async throws -> Response {
        guard let proxyID = try request.proxyID() else {
            throw ValidationError("missing", at: ["header", "Weir-Proxy"], "Field required", input: nil)
        }
        let answer = try await orchestrator.heartbeat(of: proxyID)
        return .json(answer)
    }
}

extension Orchestrator {
    func heartbeat(of proxyID: String) throws(Problem) -> JSONValue {
        let lifetime = JSONValue.number(configuration.limits.proxyTimeToLive.inSeconds)
        let limit = JSONValue(configuration.limits.maxStreamsPerEngine)
        guard hasAdopted else {
            return ["registration": nil, "ttl_s": lifetime, "max_streams_per_engine": limit]
        }
        guard let registration = hear(from: proxyID) else {
            throw Problem(
                status: .tooManyRequests, code: "too_many_proxies", title: "Too many proxies",
                detail: "\(FleetState.maxProxies) proxies are known; one more is known when another one is silent",
                retryAfter: 30)
        }
        return ["registration": .string(registration), "ttl_s": lifetime, "max_streams_per_engine": limit]
    }
}
