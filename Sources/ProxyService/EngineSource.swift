import Fleet

/// Where the proxy gets an engine for a stream.
protocol EngineSource: Sendable {
    /// An engine for one session of `content`, within `wait`.
    func lease(_ content: ContentKey, wait: Duration) async throws(StartFailure) -> EngineGrant
    /// Gives an engine back that carries no stream after all.
    func release(_ grant: EngineGrant, because failure: StartFailure) async
}

/// An engine that may be used for one session.
struct EngineGrant: Sendable, Equatable {
    let engine: EngineEndpoint
    /// The orchestrator's name for the engine; nil for the static engine.
    var containerID: String?
    /// The orchestrator's lease, turned into a stream by the started event; nil for the static engine.
    var leaseID: String?
}
