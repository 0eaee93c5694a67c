import Hummingbird

/// `/looping-streams`: contents whose broadcast was found to go on no more.
struct LoopingStreamsController: Sendable {
    let orchestrator: Orchestrator

    func addRoutes(open: Routes, locked: Routes) {
        open.get("/looping-streams", use: list)
        locked.delete("/looping-streams/{id}", use: remove)
        locked.post("/looping-streams/clear", use: clear)
    }

    @Sendable func list(_ request: Request, context: APIContext) async throws -> Response {
        let (contents, retention) = await orchestrator.loopingContents()
        return .json([
            "stream_ids": .array(contents.since.keys.sorted().map(JSONValue.string)),
            "streams": .object(contents.since.mapValues { .string(RFC3339.text($0)) }),
            "retention_minutes": .integer(retention.components.seconds / 60),
        ])
    }

    @Sendable func remove(_ request: Request, context: APIContext) async throws -> Response {
        let id = try context.path("id")
        guard await orchestrator.removeLooping(id) else {
            throw DetailError(.notFound, .string("Stream \(id) not found in looping list"))
        }
        try await orchestrator.journal.flush()
        return .json(["message": .string("Stream \(id) removed from looping list")])
    }

    @Sendable func clear(_ request: Request, context: APIContext) async throws -> Response {
        await orchestrator.removeAllLooping()
        try await orchestrator.journal.flush()
        return .json(["message": "All looping streams cleared"])
    }
}
