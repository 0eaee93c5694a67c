/// What is known of a container.
public struct ContainerDetails: Sendable, Hashable {
    public var id: String
    public var name: String
    public var image: String
    /// Milliseconds since 1970 in UTC.
    public var createdAtMilliseconds: Int64
    /// `running`, `exited`, `created`, …
    public var status: String
    public var labels: [String: String]
    /// Addresses of the host by the container's port and protocol.
    public var ports: [String: [PublishedPort]]

    public struct PublishedPort: Sendable, Hashable {
        public var address: String
        public var port: Int

        public init(address: String, port: Int) {
            self.address = address
            self.port = port
        }
    }

    public init(
        id: String, name: String, image: String, createdAtMilliseconds: Int64, status: String,
        labels: [String: String], ports: [String: [PublishedPort]]
    ) {
        self.id = id
        self.name = name
        self.image = image
        self.createdAtMilliseconds = createdAtMilliseconds
        self.status = status
        self.labels = labels
        self.ports = ports
    }
}
