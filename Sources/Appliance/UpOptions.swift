/// What `weir up` was asked to do. Every path is absolute.
public struct UpOptions: Sendable {
    /// Holds all state: database, engines, keys, rendered files, logs.
    public var dataDirectory: String
    /// The directory that holds `alerts/` and `deploy/`.
    public var projectDirectory: String
    /// The directory of `weir-orchestrator`, `weir-proxy` and `weir-engine`.
    public var binaryDirectory: String
    /// Where the table for programs is written once all is ready; nil: nowhere.
    public var jsonPath: String?
    /// The port asked for each component on 127.0.0.1; 0 picks a free one.
    public var ports: [Component: Int]
    /// Whether a built-in load of viewers runs.
    public var isDemo: Bool
    /// Whether a component that dies is started again.
    public var restartsComponents: Bool

    public init(
        dataDirectory: String, projectDirectory: String, binaryDirectory: String, jsonPath: String?,
        ports: [Component: Int], isDemo: Bool, restartsComponents: Bool
    ) {
        self.dataDirectory = dataDirectory
        self.projectDirectory = projectDirectory
        self.binaryDirectory = binaryDirectory
        self.jsonPath = jsonPath
        self.ports = ports
        self.isDemo = isDemo
        self.restartsComponents = restartsComponents
    }
}
