import Fleet
import Hummingbird
import Settings

/// `/proxies`: signs of life of proxies that name themselves.
struct ProxiesController: Sendable {
    let orchestrator: Orchestrator

    func addRoutes(to locked: Routes, discovery: Routes) {
        locked.post("/proxies/heartbeat", use: heartbeat)
        discovery.get("/sd/proxies", use: targets)
    }

    /// The body names the proxy's sessions that it has not reported as streams, `{"unreported": [{"engine": {"host",
    /// "port"}, "command_url"}]}`; without one there are none. They are stopped if the proxy falls silent. It may name
    /// the address it listens on too, `{"listen": "host:port"}`, for Prometheus; where the host is none or any, the
    /// address that the request comes from takes its place.
    ///
    /// Answers with a `registration` that is another one than before whenever the proxy was not known any more: it then
    /// reports its running streams again. None is named before it is known which engines and streams there are.
    @Sendable func heartbeat(_ request: Request, context: APIContext) async throws -> Response {
        guard let proxyID = try request.proxyID() else {
            throw ValidationError("missing", at: ["header", "Weir-Proxy"], "Field required", input: nil)
        }
        var request = request
        let report = try await request.document(context).map(Self.report) ?? Report()
        let address = report.listen.map { Self.reachable($0, from: context.peerAddress) }
        let answer = try await orchestrator.heartbeat(
            of: proxyID, unreported: report.unreported, metricsAddress: address)
        return .json(answer)
    }

    /// The proxies heard of, as Prometheus reads them by HTTP (`http_sd_configs`). One that was started anew at the
    /// same address counts once.
    @Sendable func targets(_ request: Request, context: APIContext) async throws -> Response {
        let proxies = await orchestrator.currentFleet().proxies.values
        let addresses = Set(proxies.compactMap(\.metricsAddress)).sorted()
        return .json(
            .array(addresses.map { ["targets": [.string($0)], "labels": ["service": "weir-proxy"]] }))
    }

    private struct Report {
        var unreported: [UnreportedSession] = []
        var listen: ListenAddress?
    }

    private static func report(_ document: JSONValue) throws(ValidationError) -> Report {
        try FieldReader.read(document) { body in
            let listen = body.optionalString("listen").flatMap { text in
                let address = text.utf8.count <= 261 ? ListenAddress(text) : nil
                if address == nil || address?.port == 0 {
                    body.note(
                        "value_error", "listen", "Input should be host:port", .string(String(text.prefix(300))))
                }
                return address
            }
            let sessions = body.objects("unreported").compactMap { session in
                let engine = session.object("engine")
                let host = engine?.string("host")
                let port = engine?.int("port", in: 0...65535)
                guard let host, let port, let commandURL = session.string("command_url") else {
                    return nil as UnreportedSession?
                }
                return UnreportedSession(endpoint: EngineEndpoint(host: host, port: port), commandURL: commandURL)
            }
            return Report(unreported: sessions, listen: listen)
        }
    }

    /// The address under which others reach what listens there.
    private static func reachable(_ listen: ListenAddress, from peer: String) -> String {
        let isAny = ["", "0.0.0.0", "::"].contains(listen.host)
        return ListenAddress(host: isAny && !peer.isEmpty ? peer : listen.host, port: listen.port).description
    }
}

extension Orchestrator {
    func heartbeat(
        of proxyID: String, unreported: [UnreportedSession], metricsAddress: String?
    ) throws(Problem) -> JSONValue {
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
        fleet.note(metricsAddress: metricsAddress, of: proxyID)
        return ["registration": .string(registration), "ttl_s": lifetime, "max_streams_per_engine": limit]
    }
}
