import Fleet
import Hummingbird

/// `/proxies`: signs of life of proxies that name themselves.
struct ProxiesController: Sendable {
    let orchestrator: Orchestrator

    func addRoutes(to locked: Routes) {
        locked.post("/proxies/heartbeat", use: heartbeat)
    }

    /// The body names the proxy's sessions that it has not reported as streams, `{"unreported": [{"engine": {"host",
    /// "port"}, "command_url"}]}`; without one there are none. They are stopped if the proxy falls silent.
    ///
    /// Answers with a `registration` that is another one than before whenever the proxy was not known any more: it then
    /// reports its running streams again. None is named before it is known which engines and streams there are.
    @Sendable func heartbeat(_ request: Request, context: APIContext) async throws -> Response {
        guard let proxyID = try request.proxyID() else {
            throw ValidationError("missing", at: ["header", "Weir-Proxy"], "Field required", input: nil)
        }
        var request = request
        let sessions = try await request.document(context).map(Self.unreported) ?? []
        let answer = try await orchestrator.heartbeat(of: proxyID, unreported: sessions)
        return .json(answer)
    }

    private static func unreported(_ document: JSONValue) throws(ValidationError) -> [UnreportedSession] {
        try FieldReader.read(document) { body in
            body.objects("unreported").compactMap { session in
                let engine = session.object("engine")
                let host = engine?.string("host")
                let port = engine?.int("port", in: 0...65535)
                guard let host, let port, let commandURL = session.string("command_url") else { return nil }
                return UnreportedSession(endpoint: EngineEndpoint(host: host, port: port), commandURL: commandURL)
            }
        }
    }
}

extension Orchestrator {
    func heartbeat(of proxyID: String, unreported: [UnreportedSession]) throws(Problem) -> JSONValue {
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
        note(unreported, of: proxyID)
        return ["registration": .string(registration), "ttl_s": lifetime, "max_streams_per_engine": limit]
    }
}
