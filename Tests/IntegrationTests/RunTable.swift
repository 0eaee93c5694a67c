import Appliance

/// What `weir up --json` writes.
struct RunTable: Decodable, Sendable {
    var proxy: String
    var orchestrator: String
    var prometheus: String
    var alertmanager: String
    var panel: String
    var apiKey: String
    /// Process ids by component, and `supervisor`.
    var pids: [String: Int32]

    func url(of component: Component) -> String {
        switch component {
        case .orchestrator: orchestrator
        case .proxy: proxy
        case .prometheus: prometheus
        case .alertmanager: alertmanager
        }
    }
}
