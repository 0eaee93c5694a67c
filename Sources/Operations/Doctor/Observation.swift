import Outbound
import Settings

/// Everything that was asked, at one time.
struct Observation: Sendable {
    var orchestrator: [String: Reply] = [:]
    /// By proxy's URL, then by path.
    var proxies: [String: [String: Reply]] = [:]
    var prometheus: [String: Reply] = [:]
    var docker: [String: Reply] = [:]
    let metrics: Exposition

    static let orchestratorPaths = [
        "/health", "/health/ready", "/health/status", "/orchestrator/status", "/engines", "/streams?status=started",
        "/vpn/status", "/events?limit=200", "/metrics",
    ]
    static let proxyPaths = ["/ace/status", "/health", "/health/ready", "/metrics"]
    static let prometheusPaths = ["/-/ready", "/api/v1/targets?state=active", "/api/v1/alerts"]
    static let dockerPaths = ["/_ping", "/version", "/containers/json?all=1", "/system/df"]

    /// Asks everybody, all at once.
    static func make(_ targets: DoctorTargets, _ questioner: Questioner) async -> Observation {
        async let orchestrator = answers(Self.orchestratorPaths) { path in
            let token = path == "/metrics" ? targets.metricsToken ?? targets.apiKey : targets.apiKey
            return await questioner.ask(targets.orchestrator + path, bearer: token)
        }
        async let prometheus = answers(targets.prometheus == nil ? [] : Self.prometheusPaths) { path in
            await questioner.ask((targets.prometheus ?? "") + path)
        }
        async let docker = answers(targets.docker == nil ? [] : Self.dockerPaths) { path in
            await Self.ask(targets.docker, path, questioner)
        }
        var proxies: [String: [String: Reply]] = [:]
        for proxy in targets.proxies {
            proxies[proxy] = await answers(Self.proxyPaths) { await questioner.ask(proxy + $0) }
        }
        return await Observation(
            orchestrator: orchestrator, proxies: proxies, prometheus: prometheus, docker: docker)
    }

    private init(
        orchestrator: [String: Reply], proxies: [String: [String: Reply]], prometheus: [String: Reply],
        docker: [String: Reply]
    ) {
        self.orchestrator = orchestrator
        self.proxies = proxies
        self.prometheus = prometheus
        self.docker = docker
        metrics = Exposition(orchestrator["/metrics"]?.text ?? "")
    }

    private static func ask(_ host: DockerHost?, _ path: String, _ questioner: Questioner) async -> Reply {
        switch host {
        case .unix(let socket): await questioner.ask("http://docker" + path, unixSocket: socket)
        case .tcp(let host, let port):
            await questioner.ask("http://\(host.contains(":") ? "[\(host)]" : host):\(port)\(path)")
        case nil: Reply(failure: "no daemon is named")
        }
    }

    private static func answers(
        _ paths: [String], _ ask: @escaping @Sendable (String) async -> Reply
    ) async -> [String: Reply] {
        await withTaskGroup(of: (String, Reply).self) { group in
            for path in paths { group.addTask { (path, await ask(path)) } }
            var replies: [String: Reply] = [:]
            for await (path, reply) in group { replies[path] = reply }
            return replies
        }
    }
}
