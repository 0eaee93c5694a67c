import Fleet

/// The engine named in the settings, for proxies without an orchestrator.
struct StaticEngineSource: EngineSource {
    let engine: EngineEndpoint

    func lease(
        _ content: ContentKey, excluding excluded: Set<EngineEndpoint>, wait: Duration
    ) async throws(StartFailure) -> EngineGrant {
        EngineGrant(engine: engine)
    }

    func release(_ grant: EngineGrant, because failure: StartFailure) async {}
    func delivered(_ grant: EngineGrant, streamID: String) {}
}
