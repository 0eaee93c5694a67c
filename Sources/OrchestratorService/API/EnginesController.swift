import Fleet
import Hummingbird
import NIOConcurrencyHelpers

/// `/engines`: what there is.
struct EnginesController: Sendable {
    let orchestrator: Orchestrator

    func addRoutes(to open: Routes) {
        open.unlimited.get("/engines", use: list)
        open.get("/engines/health-score", use: healthScores)
        open.get("/engines/{id}", use: engine)
    }

    /// With an entity tag that changes only when something does that a proxy would act on.
    @Sendable func list(_ request: Request, context: APIContext) async throws -> Response {
        let (body, tag) =
            if let known = orchestrator.front.withLockedValue({ $0.engines }) { known } else {
                await orchestrator.enginesListing()
            }
        if EntityTag.isKnown(tag, to: request) { return EntityTag.unchanged(tag) }
        return .json(body, headers: EntityTag.headers(tag))
    }

    @Sendable func engine(_ request: Request, context: APIContext) async throws -> Response {
        let fleet = await orchestrator.currentFleet()
        guard let engine = fleet.engines[try context.path("id")] else { return .json(["error": "not found"]) }
        let streams = fleet.streamIDs(of: engine.id).compactMap { fleet.streams[$0]?.document }
        return .json(["engine": fleet.document(engine), "streams": .array(streams)])
    }

    @Sendable func healthScores(_ request: Request, context: APIContext) async throws -> Response {
        let fleet = await orchestrator.currentFleet()
        let now = orchestrator.now
        let scored = fleet.sortedEngines.map { (engine: $0, score: fleet.healthScore(of: $0, now: now)) }
        return .json(
            .array(
                scored.sorted { $0.score > $1.score }.map { engine, score in
                    [
                        "container_id": .string(engine.id),
                        "host": .string(engine.endpoint.host),
                        "port": JSONValue(engine.endpoint.port),
                        "health_score": JSONValue(score),
                        "stream_count": JSONValue(fleet.streamIDs(of: engine.id).count),
                        "health_status": .string(engine.health.rawValue),
                    ]
                }))
    }
}

extension Orchestrator {
    /// The body of `GET /engines`, encoded once for each change, and its weak entity tag.
    func enginesListing() -> (body: ByteBuffer, entityTag: String) {
        if let enginesDocument { return enginesDocument }
        let tag = EntityTag.of(self, revision: fleet.revision)
        let fresh = (body: ByteBuffer(bytes: fleet.enginesDocument.utf8), entityTag: tag)
        enginesDocument = fresh
        return fresh
    }
}
