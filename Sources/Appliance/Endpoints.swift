/// Where each component answers.
struct Endpoints: Sendable {
    let ports: [Component: Int]

    func port(_ component: Component) -> Int { ports[component] ?? component.defaultPort }
    func address(_ component: Component) -> String { "127.0.0.1:\(port(component))" }
    func url(_ component: Component) -> String { "http://\(address(component))" }
    var panel: String { url(.orchestrator) + "/panel/" }
}
