/// Command lines and environments of the components: a pure function of where everything is.
package struct Blueprint: Sendable {
    let state: StateDirectory
    let endpoints: Endpoints
    /// Absolute paths by program name.
    let tools: [String: String]
    let apiKey: String
    /// The mark that every process of the appliance carries.
    let mark: (name: String, value: String)
    /// The environment `weir up` was started in; its values for tunables win over the defaults below.
    let environment: [String: String]
    /// Content keys the engines answer as dead.
    let deadKeys: [String]

    package init(
        state: StateDirectory, endpoints: Endpoints, tools: [String: String], apiKey: String,
        mark: (name: String, value: String), environment: [String: String], deadKeys: [String]
    ) {
        self.state = state
        self.endpoints = endpoints
        self.tools = tools
        self.apiKey = apiKey
        self.mark = mark
        self.environment = environment
        self.deadKeys = deadKeys
    }

    package func program(_ component: Component) -> Program {
        Program(
            path: tools[component.executable] ?? component.executable, arguments: arguments(component),
            environment: environment(component), log: state.log(component.rawValue))
    }

    /// The inherited environment with the mark.
    var markedEnvironment: [String: String] {
        environment.merging([mark.name: mark.value]) { _, new in new }
    }

    private func arguments(_ component: Component) -> [String] {
        switch component {
        case .orchestrator, .proxy: []
        case .prometheus:
            [
                "--config.file=\(state.prometheusConfiguration)", "--storage.tsdb.path=\(state.prometheusData)",
                "--web.listen-address=\(endpoints.address(.prometheus))",
                "--web.external-url=\(endpoints.url(.prometheus))", "--rules.alert.resend-delay=5s",
                "--enable-feature=exemplar-storage,native-histograms",
            ]
        case .alertmanager:
            [
                "--config.file=\(state.alertmanagerConfiguration)", "--storage.path=\(state.alertmanagerData)",
                "--web.listen-address=\(endpoints.address(.alertmanager))",
                "--web.external-url=\(endpoints.url(.alertmanager))", "--cluster.listen-address=",
            ]
        }
    }

    private func environment(_ component: Component) -> [String: String] {
        let wiring: [String: String]
        let tunables: [String: String]
        switch component {
        case .orchestrator:
            wiring = [
                "APP_HOST": "127.0.0.1", "APP_PORT": String(endpoints.port(.orchestrator)), "API_KEY": apiKey,
                "DB_URL": "sqlite:///\(state.database)", "ENGINE_STATE_DIR": state.engines,
            ]
            tunables = [
                "ENGINE_PROVIDER": "process", "ENGINE_COMMAND": engineCommand, "MIN_REPLICAS": "2",
                "MAX_REPLICAS": "20",
            ]
        case .proxy:
            wiring = [
                "ACEXY_LISTEN_ADDR": endpoints.address(.proxy), "ACEXY_ORCH_URL": endpoints.url(.orchestrator),
                "ACEXY_ORCH_APIKEY": apiKey,
            ]
            tunables = ["ACEXY_NO_RESPONSE_TIMEOUT": "10s"]
        case .prometheus, .alertmanager:
            wiring = [:]
            tunables = [:]
        }
        return tunables.merging(markedEnvironment) { _, own in own }.merging(wiring) { _, wired in wired }
    }

    /// One line in the quoting of a shell.
    private var engineCommand: String {
        let words = [
            tools["weir-engine"] ?? "weir-engine", "--port", "{port}", "--name", "{name}", "--source", state.video,
        ]
        return (words + deadKeys.flatMap { ["--dead", $0] }).map(Self.quoted).joined(separator: " ")
    }

    package static func quoted(_ word: String) -> String {
        let plain = word.allSatisfy { $0.isLetter || $0.isNumber || "/-_.{}".contains($0) }
        return plain && !word.isEmpty ? word : "'" + word.replacing("'", with: "'\\''") + "'"
    }
}
