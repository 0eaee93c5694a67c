import Foundation

/// The table for programs: where everything answers, the key and the process ids.
struct RunFile: Sendable, Encodable {
    let proxy: String
    let orchestrator: String
    let prometheus: String
    let alertmanager: String
    let panel: String
    let apiKey: String
    /// The directory of all state.
    let data: String
    /// Process ids by component, and `supervisor`.
    var pids: [String: pid_t]

    enum CodingKeys: String, CodingKey {
        case proxy, orchestrator, prometheus, alertmanager, panel, data, pids
        case apiKey = "api_key"
    }

    init(endpoints: Endpoints, apiKey: String, data: String, pids: [Component: pid_t]) {
        proxy = endpoints.url(.proxy)
        orchestrator = endpoints.url(.orchestrator)
        prometheus = endpoints.url(.prometheus)
        alertmanager = endpoints.url(.alertmanager)
        panel = endpoints.panel
        self.apiKey = apiKey
        self.data = data
        self.pids = ["supervisor": getpid()]
        for (component, pid) in pids { self.pids[component.rawValue] = pid }
    }

    /// Replaces `path` by rename.
    func write(to path: String) throws(ApplianceError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        guard let data = try? encoder.encode(self) else { throw ApplianceError("cannot encode \(path)") }
        try SecretFile.write(String(decoding: data, as: UTF8.self) + "\n", to: path)
    }
}
