import Fleet

/// Where the proxy gets an engine for a stream.
protocol EngineSource: Sendable {
    /// An engine for one session of `content`, within `wait`.
    /// - Parameter excluded: engines that are of no use. An older orchestrator grants them all the same.
    func lease(
        _ content: ContentKey, excluding excluded: Set<EngineEndpoint>, wait: Duration
    ) async throws(StartFailure) -> EngineGrant
    /// Gives an engine back that carries no stream after all.
    func release(_ grant: EngineGrant, because failure: StartFailure) async
    /// Notes that an engine has delivered the first byte of a stream that is reported by that id.
    func delivered(_ grant: EngineGrant, streamID: String)
}

/// An engine that may be used for one session.
struct EngineGrant: Sendable, Equatable {
    let engine: EngineEndpoint
    /// The orchestrator's name for the engine; nil for the static engine.
    var containerID: String?
    /// The orchestrator's lease, turned into a stream by the started event; nil for the static engine.
    var leaseID: String?
    /// Counts as a use of the engine while the grant is kept.
    var slot: EngineSlot?
    /// Whether an engine can be excluded where this one came from.
    var canBeExcluded = false

    /// Whether another engine may be had instead.
    var hasAlternatives: Bool { leaseID != nil || canBeExcluded }
}
