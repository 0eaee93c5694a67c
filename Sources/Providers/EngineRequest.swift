/// What an engine shall be like.
public struct EngineRequest: Sendable {
    /// Unique among the engines of the provider: a letter or digit, then letters, digits, `_`, `.` and `-`.
    public var name: String
    /// The TCP port of the host on which the engine's HTTP API shall listen.
    public var httpPort: Int
    public var labels: [String: String]
    /// Environment variables for the engine.
    public var environment: [String: String]

    public init(
        name: String, httpPort: Int, labels: [String: String] = [:], environment: [String: String] = [:]
    ) {
        self.name = name
        self.httpPort = httpPort
        self.labels = labels
        self.environment = environment
    }
}
