/// An engine session that a proxy has opened and not reported as a stream: most often its first byte has not come.
public struct UnreportedSession: Sendable, Hashable {
    public let endpoint: EngineEndpoint
    public let commandURL: String

    public init(endpoint: EngineEndpoint, commandURL: String) {
        self.endpoint = endpoint
        self.commandURL = commandURL
    }
}
