import Foundation

public import ArgumentParser
import Settings

/// `weir up`: proxy, orchestrator, engines, Prometheus and Alertmanager on 127.0.0.1.
public struct UpCommand: AsyncParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "up", abstract: "Run proxy, orchestrator, engines, Prometheus and Alertmanager on 127.0.0.1.",
        discussion: """
            Stops all it started on SIGINT or SIGTERM. Ports can also be set with WEIR_PROXY_PORT, \
            WEIR_ORCHESTRATOR_PORT, WEIR_PROMETHEUS_PORT and WEIR_ALERTMANAGER_PORT, the state directory with \
            WEIR_DATA. Settings of the services (MIN_REPLICAS, ACEXY_NO_RESPONSE_TIMEOUT …) are passed on.
            """)

    @Option(help: ArgumentHelp("Directory of all state (default: .weir in the project).", valueName: "dir"))
    var data: String?

    @Flag(help: "Add a load: viewers who come and go, a burst, a dead channel, an engine that crashes.")
    var demo = false

    @Option(help: ArgumentHelp("Write URLs, key and process ids here once all is ready.", valueName: "file"))
    var json: String?

    @Option(
        help: ArgumentHelp(
            "Settings of deploy/profiles, or of a file; the environment wins over them.", valueName: "name|file"))
    var profile: String?

    @Flag(help: "Leave a component that dies down.")
    var noRestart = false

    @Option(help: "Port of the proxy; 0: a free one (default: 8080).")
    var proxyPort: Int?

    @Option(help: "Port of the orchestrator; 0: a free one (default: 8000).")
    var orchestratorPort: Int?

    @Option(help: "Port of Prometheus; 0: a free one (default: 9090).")
    var prometheusPort: Int?

    @Option(help: "Port of Alertmanager; 0: a free one (default: 9093).")
    var alertmanagerPort: Int?

    @Option(help: ArgumentHelp("Directory of the programs.", visibility: .hidden))
    var bin: String?

    @Option(help: ArgumentHelp("Directory that holds alerts/ and deploy/.", visibility: .hidden))
    var project: String?

    public init() {}

    public func run() async throws {
        let programs = try bin ?? Installation.programs()
        let project = try project ?? Installation.project(above: programs)
        var environment = ProcessInfo.processInfo.environment
        if let profile {
            let file = try EnvironmentFile(path: SettingsProfile.path(profile, near: [project]))
            environment.merge(file.values) { own, _ in own }
        }
        let asked: [Component: Int?] = [
            .proxy: proxyPort, .orchestrator: orchestratorPort, .prometheus: prometheusPort,
            .alertmanager: alertmanagerPort,
        ]
        let options = UpOptions(
            dataDirectory: absolute(data ?? environment["WEIR_DATA"] ?? project + "/.weir"),
            projectDirectory: absolute(project), binaryDirectory: absolute(programs), jsonPath: json.map(absolute),
            ports: try PortRequest.ports(asked: asked.compactMapValues { $0 }, environment: environment),
            isDemo: demo, restartsComponents: !noRestart)
        let code = await Appliance(options: options, environment: environment).run()
        guard code == 0 else { throw ExitCode(code) }
    }

    private func absolute(_ path: String) -> String {
        URL(fileURLWithPath: path).standardizedFileURL.path
    }
}
