public import EngineAPI
public import Fleet

/// Asks an engine whether it works.
public protocol EngineProbe: Sendable {
    /// Returns within `timeout`; throws when the engine did not answer as it should.
    func check(_ endpoint: EngineEndpoint, timeout: Duration) async throws(EngineError)
}

/// Asks through the engine's own API.
public struct EngineStatusProbe: EngineProbe {
    private let client: EngineClient

    public init(client: EngineClient) {
        self.client = client
    }

    public func check(_ endpoint: EngineEndpoint, timeout: Duration) async throws(EngineError) {
        try await client.status(of: endpoint, timeout: timeout)
    }
}
