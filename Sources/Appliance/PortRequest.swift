/// The ports asked for by flag or environment.
public enum PortRequest {
    /// A variable that is not a port.
    public struct Failure: Error, CustomStringConvertible {
        public let description: String
    }

    /// The environment variable of a component's port.
    public static func variable(_ component: Component) -> String { "WEIR_\(component.rawValue.uppercased())_PORT" }

    /// A flag wins over the environment, the environment over the default.
    public static func ports(
        asked: [Component: Int], environment: [String: String]
    ) throws -> [Component: Int] {
        var ports: [Component: Int] = [:]
        for component in Component.allCases {
            let name = variable(component)
            if let port = asked[component] {
                ports[component] = port
            } else if let text = environment[name], !text.isEmpty {
                guard let port = Int(text) else {
                    throw Failure(description: "\(name)=\(text) is not a port: use 1 to 65535, or 0 for a free one")
                }
                ports[component] = port
            } else {
                ports[component] = component.defaultPort
            }
        }
        return ports
    }
}
