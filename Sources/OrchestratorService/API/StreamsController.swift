import Fleet
import Hummingbird

/// `/streams`: what runs and what ran.
struct StreamsController: Sendable {
    enum Status: String, CaseIterable {
        case started, ended
    }

    let orchestrator: Orchestrator

    func addRoutes(to open: RouterGroup<APIContext>) {
        open.get("/streams", use: list)
        open.get("/streams/{id}", use: stream)
    }

    /// Oldest first, with an entity tag that changes when a stream starts or ends.
    @Sendable func list(_ request: Request, context: APIContext) async throws -> Response {
        let status = try request.query("status", of: Status.self)
        let engineID = request.query("container_id")
        let fleet = await orchestrator.currentFleet()
        let tag = EntityTag.of(orchestrator, revision: fleet.revision)
        if EntityTag.isKnown(tag, to: request) { return EntityTag.unchanged(tag) }
        var streams: [StreamRecord] = []
        if status != .ended { streams += fleet.streams.values }
        if status != .started { streams += fleet.endedStreams.values }
        if let engineID { streams.removeAll { $0.engineID != engineID } }
        streams.sort { ($0.startedAt, $0.id) < ($1.startedAt, $1.id) }
        return .json(.array(streams.map(\.document)), headers: EntityTag.headers(tag))
    }

    @Sendable func stream(_ request: Request, context: APIContext) async throws -> Response {
        let id = try context.path("id")
        let fleet = await orchestrator.currentFleet()
        guard let stream = fleet.streams[id] ?? fleet.endedStreams[id] else {
            throw DetailError(.notFound, "stream not found")
        }
        return .json(stream.document)
    }
}
