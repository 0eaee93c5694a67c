/// How engines are run in a Swarm, besides what is so of all containers.
public struct SwarmConfiguration: Sendable, Hashable {
    public var containers: DockerConfiguration
    /// Conditions that a node must meet: `node.role==worker`.
    public var constraints: [String] = []
    /// What engines are spread over, besides nodes: `node.labels.zone`.
    public var spreadOver: [String] = []
    /// What a node must have left for an engine; nil: nothing is set aside.
    public var reservedMemoryBytes: Int64?
    public var reservedCPUs: Double?
    /// How long a task may take until it runs.
    public var startTimeout = Duration.seconds(60)
    /// How long a service may be without a running task before it counts as ended.
    public var reschedulingTimeout = Duration.seconds(60)

    public init(containers: DockerConfiguration) {
        self.containers = containers
    }
}
