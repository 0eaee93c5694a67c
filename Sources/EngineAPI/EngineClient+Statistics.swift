public import Fleet

extension EngineClient {
    /// The statistics of a session that somebody has opened on an engine.
    /// - Throws: an error that says ``EngineError/isUnknownSession`` when the engine does not have it.
    public func statistics(
        _ session: EngineStatPath, on engine: EngineEndpoint, timeout: Duration = .seconds(3)
    ) async throws(EngineError) -> StreamStatistics {
        try StreamStatistics(answer: try await get(session.path, on: engine, timeout: timeout))
    }

    /// What an engine finds out about a content (`GET /server/api?method=analyze_content`): its answer as it is, JSON.
    public func analysis(
        ofInfohash infohash: String, on engine: EngineEndpoint, timeout: Duration = .seconds(5)
    ) async throws(EngineError) -> [UInt8] {
        let query = PercentEncoding.encode("acestream:?infohash=\(infohash)")
        return try await get(
            "/server/api?api_version=3&method=analyze_content&query=\(query)", on: engine, timeout: timeout)
    }
}
