/// What an engine shall be like.
public struct EngineRequest: Sendable {
    /// Unique among the engines of the provider: a letter or digit, then letters, digits, `_`, `.` and `-`.
    public var name: String
    /// The TCP port of the host on which the engine's HTTP API shall listen.
    public var httpPort: Int
    public var labels: [String: String]
    /// Environment variables for the engine.
    public var environment: [String: String]
    /// A container image other than the one configured.
    public var image: String?
    /// The VPN container whose network the engine shall use.
    public var vpnContainer: String?
    /// The port that the VPN forwards to the engine.
    public var forwardedPort: Int?

    public init(
        name: String, httpPort: Int, labels: [String: String] = [:], environment: [String: String] = [:],
        image: String? = nil, vpnContainer: String? = nil, forwardedPort: Int? = nil
    ) {
        self.name = name
        self.httpPort = httpPort
        self.labels = labels
        self.environment = environment
        self.image = image
        self.vpnContainer = vpnContainer
        self.forwardedPort = forwardedPort
    }
}
