/// What a container shall be like.
public struct ContainerRequest: Sendable, Hashable {
    /// Nil: that of engines.
    public var image: String?
    public var name: String
    public var environment: [String: String]
    public var labels: [String: String]
    /// Ports of the host by the container's port and protocol, `40001/tcp`; 0: any free one.
    public var ports: [String: Int]

    public init(
        image: String? = nil, name: String, environment: [String: String] = [:], labels: [String: String] = [:],
        ports: [String: Int] = [:]
    ) {
        self.image = image
        self.name = name
        self.environment = environment
        self.labels = labels
        self.ports = ports
    }
}
