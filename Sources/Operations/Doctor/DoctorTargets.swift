import Foundation
package import Settings

/// Where everything is that `weir doctor` looks at.
package struct DoctorTargets: Sendable {
    package var orchestrator: String
    package var proxies: [String]
    /// nil: there is none, or nobody said where.
    package var prometheus: String?
    package var alertmanager: String?
    package var apiKey: String?
    package var metricsToken: String?
    package var docker: DockerHost?
    /// Whether the daemon was named, so that it must answer.
    package var isDockerExpected = false
    /// The database file, where it can be reached.
    package var database: String?
    package var logs: [String] = []
    /// Processes of a running `weir up`, by component.
    package var processes: [String: Int32] = [:]
    package var portRange: ClosedRange<Int>
    /// The file of a running `weir up`, where there is one.
    package var runFile: String?

    /// What the command line said; nil: not said.
    package struct Request: Sendable {
        package var run: String?
        package var orchestrator: String?
        package var proxies: [String] = []
        package var prometheus: String?
        package var docker: String?
        package var database: String?
        package var logs: [String] = []

        package init() {}
    }

    /// What `weir up` writes, see its `--json`.
    private struct RunFile: Decodable {
        let proxy: String
        let orchestrator: String
        let prometheus: String?
        let alertmanager: String?
        let apiKey: String?
        let pids: [String: Int32]?
        let data: String?

        enum CodingKeys: String, CodingKey {
            case proxy, orchestrator, prometheus, alertmanager, pids, data
            case apiKey = "api_key"
        }
    }

    /// The command line wins over the environment, which wins over a running `weir up`; then come the defaults. Blocks.
    /// - Throws: ``SettingsError`` for what cannot be understood.
    package init(_ request: Request, sources: SettingsSources, near folders: [String]) throws(SettingsError) {
        let values = sources.values
        let (run, path) = try Self.runFile(request.run, values, near: folders)
        runFile = path
        let settings = try? OrchestratorSettings(sources: sources)
        portRange = settings?.portRange ?? 19000...19999
        orchestrator = Self.trimmed(
            request.orchestrator ?? values["ACEXY_ORCH_URL"] ?? values["APP_PORT"].map { "http://127.0.0.1:\($0)" }
                ?? run?.orchestrator ?? "http://127.0.0.1:8000")
        let listening = values["ACEXY_LISTEN_ADDR"].flatMap { ListenAddress($0) }
        let own = listening.map { "http://\($0.host.isEmpty ? "127.0.0.1" : $0.host):\($0.port)" }
        proxies = request.proxies.isEmpty ? [own ?? run?.proxy ?? "http://127.0.0.1:8080"] : request.proxies
        proxies = proxies.map(Self.trimmed)
        prometheus = (request.prometheus ?? run?.prometheus).map(Self.trimmed)
        alertmanager = run?.alertmanager.map(Self.trimmed)
        let keys = try? settings?.api.keys.current()
        apiKey = keys?.key ?? values["ACEXY_ORCH_APIKEY"] ?? run?.apiKey
        metricsToken = keys?.metricsToken
        isDockerExpected =
            request.docker != nil || values["DOCKER_HOST"] != nil || settings?.engineProvider == "docker"
        let daemon = request.docker ?? values["DOCKER_HOST"] ?? "unix:///var/run/docker.sock"
        guard let docker = DockerHost(daemon) else {
            throw SettingsError(problems: [
                "\"\(daemon)\" is no Docker host; allowed is unix:///path or tcp://host:port"
            ])
        }
        self.docker = docker
        let url = values["DB_URL"].map { String($0.dropFirst("sqlite:///".count)) }
        database = request.database ?? url ?? run?.data.map { $0 + "/orchestrator.db" }
        logs = request.logs
        if logs.isEmpty, let data = run?.data {
            logs = ["orchestrator", "proxy", "prometheus", "alertmanager"].map { "\(data)/log/\($0).log" }
        }
        processes = run?.pids ?? [:]
        for url in [orchestrator] + proxies + [prometheus].compactMap({ $0 }) {
            guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
                throw SettingsError(problems: ["\"\(url)\" is no http:// or https:// URL"])
            }
        }
    }

    private static func trimmed(_ url: String) -> String {
        url.hasSuffix("/") ? String(url.dropLast()) : url
    }

    private static func runFile(
        _ asked: String?, _ values: [String: String], near folders: [String]
    ) throws(SettingsError) -> (RunFile?, String?) {
        let named = asked ?? values["WEIR_DATA"].map { $0 + "/run.json" }
        var candidates = named.map { [$0] } ?? []
        if candidates.isEmpty {
            for folder in folders {
                var url = URL(fileURLWithPath: folder).standardizedFileURL
                while url.path != "/" {
                    candidates.append(url.path + "/.weir/run.json")
                    url.deleteLastPathComponent()
                }
            }
        }
        for path in candidates {
            guard let data = FileManager.default.contents(atPath: path) else { continue }
            guard let run = try? JSONDecoder().decode(RunFile.self, from: data) else {
                throw SettingsError(problems: ["\(path) is no run file of weir up"])
            }
            return (run, path)
        }
        if let asked { throw SettingsError(problems: ["\(asked) cannot be read"]) }
        return (nil, nil)
    }
}
