import Yams

/// The shipped Prometheus and Alertmanager files with this appliance's addresses, rule paths and key.
package struct RenderedConfiguration: Sendable {
    let endpoints: Endpoints
    let rulesPath: String
    let apiKey: String

    package init(endpoints: Endpoints, rulesPath: String, apiKey: String) {
        self.endpoints = endpoints
        self.rulesPath = rulesPath
        self.apiKey = apiKey
    }

    /// `deploy/prometheus.yml`: scrape targets by job name, where proxies are asked for, the Alertmanager's address, an
    /// absolute rule path.
    package func prometheus(from text: String) throws(ApplianceError) -> String {
        var root = try parse(text, "deploy/prometheus.yml")
        root["rule_files"] = [Node(rulesPath)]
        try change(&root, at: ["alerting", "alertmanagers"], in: "deploy/prometheus.yml") { group in
            group["static_configs"] = targets([endpoints.address(.alertmanager)], like: group)
        }
        let jobs = [
            "weir-proxy": Component.proxy, "weir-proxy-native": .proxy,
            "weir-orchestrator": .orchestrator, "weir-orchestrator-native": .orchestrator,
        ]
        try change(&root, at: ["scrape_configs"], in: "deploy/prometheus.yml") { job in
            guard let name = job["job_name"]?.string, let component = jobs[name] else { return }
            job["static_configs"] = targets([endpoints.address(component)], like: job)
            guard var discovery = job["http_sd_configs"]?.sequence else { return }
            for index in discovery.indices {
                discovery[index]["url"] = Node(endpoints.url(.orchestrator) + "/sd/proxies")
            }
            job["http_sd_configs"] = .sequence(discovery)
        }
        return try emit(root)
    }

    /// `alerts/alertmanager.yml`: every webhook goes to the orchestrator, with the key.
    package func alertmanager(from text: String) throws(ApplianceError) -> String {
        var root = try parse(text, "alerts/alertmanager.yml")
        let url = endpoints.url(.orchestrator) + "/webhooks/alertmanager"
        let authorization = Node.mapping(["type": "Bearer", "credentials": Node(apiKey)])
        try change(&root, at: ["receivers"], in: "alerts/alertmanager.yml") { receiver in
            guard var hooks = receiver["webhook_configs"]?.sequence else { return }
            for index in hooks.indices {
                hooks[index]["url"] = Node(url)
                hooks[index]["http_config"] = .mapping(["authorization": authorization])
            }
            receiver["webhook_configs"] = .sequence(hooks)
        }
        return try emit(root)
    }

    private func parse(_ text: String, _ name: String) throws(ApplianceError) -> Node {
        do {
            guard let node = try Yams.compose(yaml: text), node.mapping != nil else {
                throw ApplianceError("\(name) is not a YAML mapping")
            }
            return node
        } catch let error as ApplianceError {
            throw error
        } catch {
            throw ApplianceError("\(name) is not valid YAML: \(error)")
        }
    }

    private func emit(_ node: Node) throws(ApplianceError) -> String {
        do {
            return try Yams.serialize(node: node)
        } catch {
            throw ApplianceError("cannot write YAML: \(error)")
        }
    }

    /// Applies `edit` to each element of the sequence at `path`.
    private func change(
        _ node: inout Node, at path: [String], in file: String, edit: (inout Node) -> Void
    ) throws(ApplianceError) {
        guard let key = path.first else {
            guard var elements = node.sequence else { throw ApplianceError("\(file): expected a list") }
            for index in elements.indices { edit(&elements[index]) }
            node = .sequence(elements)
            return
        }
        guard var child = node[key] else { throw ApplianceError("\(file): \(key) is missing") }
        try change(&child, at: Array(path.dropFirst()), in: file, edit: edit)
        node[key] = child
    }

    /// One static group with these targets and the labels the group had before.
    private func targets(_ addresses: [String], like job: Node) -> Node {
        var group: Node = .mapping(["targets": .sequence(Node.Sequence(addresses.map { Node($0) }))])
        if let labels = job["static_configs"]?[0]?["labels"] { group["labels"] = labels }
        return [group]
    }
}
