public import EngineAPI
public import Fleet

/// What the orchestrator asks of an engine itself.
public protocol EngineProbe: Sendable {
    /// Asks whether it works. Returns within `timeout`; throws when the engine did not answer as it should.
    func check(_ endpoint: EngineEndpoint, timeout: Duration) async throws(EngineError)
    /// Ends a session. Returns within `timeout`; throws when the engine did not confirm it. One that is gone already is
    /// no error.
    func stopSession(_ command: EngineCommand, on endpoint: EngineEndpoint, timeout: Duration) async throws(EngineError)
    /// What it says of a session. Returns within `timeout`.
    func statistics(
        _ session: EngineStatPath, on endpoint: EngineEndpoint, timeout: Duration
    ) async throws(EngineError) -> StreamStatistics
    /// Whether it says that it is connected to its network. Returns within `timeout`.
    func isConnected(_ endpoint: EngineEndpoint, timeout: Duration) async throws(EngineError) -> Bool
    /// What it finds out about a content, as JSON. Returns within `timeout`.
    func analysis(
        ofInfohash infohash: String, on endpoint: EngineEndpoint, timeout: Duration
    ) async throws(EngineError) -> [UInt8]
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

    public func isConnected(_ endpoint: EngineEndpoint, timeout: Duration) async throws(EngineError) -> Bool {
        try await client.isConnected(endpoint, timeout: timeout)
    }

    public func stopSession(
        _ command: EngineCommand, on endpoint: EngineEndpoint, timeout: Duration
    ) async throws(EngineError) {
        try await client.stop(command, on: endpoint, timeout: timeout)
    }

    public func statistics(
        _ session: EngineStatPath, on endpoint: EngineEndpoint, timeout: Duration
    ) async throws(EngineError) -> StreamStatistics {
        try await client.statistics(session, on: endpoint, timeout: timeout)
    }

    public func analysis(
        ofInfohash infohash: String, on endpoint: EngineEndpoint, timeout: Duration
    ) async throws(EngineError) -> [UInt8] {
        try await client.analysis(ofInfohash: infohash, on: endpoint, timeout: timeout)
    }
}
