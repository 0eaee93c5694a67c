/// Where each component answers.
package struct Endpoints: Sendable {
    package let ports: [Component: Int]

    package init(ports: [Component: Int]) { self.ports = ports }

    package func port(_ component: Component) -> Int { ports[component] ?? component.defaultPort }
    package func address(_ component: Component) -> String { "127.0.0.1:\(port(component))" }
    package func url(_ component: Component) -> String { "http://\(address(component))" }
    package var panel: String { url(.orchestrator) + "/panel/" }
}
