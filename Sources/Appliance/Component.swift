/// The long-running parts of the appliance.
public enum Component: String, CaseIterable, Sendable {
    case orchestrator, proxy, prometheus, alertmanager

    /// The port used unless another is asked for.
    public var defaultPort: Int {
        switch self {
        case .orchestrator: 8000
        case .proxy: 8080
        case .prometheus: 9090
        case .alertmanager: 9093
        }
    }

    var executable: String {
        switch self {
        case .orchestrator: "weir-orchestrator"
        case .proxy: "weir-proxy"
        case .prometheus: "prometheus"
        case .alertmanager: "prometheus-alertmanager"
        }
    }

    /// Whether the executable is one of this package's own programs.
    var isOwn: Bool { self == .orchestrator || self == .proxy }

    /// Components of one stage start together; a stage starts when the one before is ready.
    static let stages: [[Component]] = [[.orchestrator, .alertmanager], [.proxy, .prometheus]]
}
