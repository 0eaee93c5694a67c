import Catalogue
import Fleet
import Hummingbird

/// `/streams`: what runs and what ran, and an end to it.
struct StreamsController: Sendable {
    enum Status: String, CaseIterable {
        case started, ended
    }

    /// Command URLs in one request, at most.
    static let maxStops = 1000

    let orchestrator: Orchestrator

    func addRoutes(open: Routes, locked: Routes) {
        open.get("/streams", use: list)
        open.get("/streams/{id}", use: stream)
        locked.delete("/streams/{id}", use: stop)
        locked.post("/streams/batch-stop", use: stopAll)
    }

    /// Oldest first, with an entity tag that changes when a stream starts or ends or its engine says something new.
    @Sendable func list(_ request: Request, context: APIContext) async throws -> Response {
        let status = try request.query("status", of: Status.self)
        let engineID = request.query("container_id")
        let view = await orchestrator.streamsView()
        let fleet = view.fleet
        let tag = EntityTag.of(orchestrator, revision: fleet.revision &+ view.statisticsRevision)
        if EntityTag.isKnown(tag, to: request) { return EntityTag.unchanged(tag) }
        var streams: [StreamRecord] = []
        if status != .ended { streams += fleet.streams.values }
        if status != .started { streams += fleet.endedStreams.values }
        if let engineID { streams.removeAll { $0.engineID != engineID } }
        streams.sort { ($0.startedAt, $0.id) < ($1.startedAt, $1.id) }
        return .json(.array(streams.map(view.document)), headers: EntityTag.headers(tag))
    }

    @Sendable func stream(_ request: Request, context: APIContext) async throws -> Response {
        let view = await orchestrator.streamsView()
        guard let stream = view[try context.path("id")] else { throw DetailError(.notFound, "stream not found") }
        return .json(view.document(stream))
    }

    /// Stops the session at its engine and ends the stream, also when the engine does not confirm it.
    @Sendable func stop(_ request: Request, context: APIContext) async throws -> Response {
        let id = try context.path("id")
        switch await orchestrator.stopStream(id: id, reason: .manualStop) {
        case .unknown: throw DetailError(.notFound, "Stream not found")
        case .ended: throw DetailError(.badRequest, "Stream is not active (status: ended)")
        case .stopped:
            try await orchestrator.journal.flush()
            return .json(["message": "Stream stopped successfully", "stream_id": .string(id)])
        }
    }

    /// Stops the streams with these command URLs. Nothing is fetched but the command of a stream that runs, at its
    /// engine's own address.
    @Sendable func stopAll(_ request: Request, context: APIContext) async throws -> Response {
        var request = request
        let urls = try Self.commandURLs(try await request.requiredDocument(context))
        let results = await orchestrator.stopStreams(commandURLs: urls)
        try await orchestrator.journal.flush()
        let documents = zip(urls, results).map { url, result -> JSONValue in
            [
                "command_url": .string(url), "success": .bool(result.outcome == .stopped),
                "message": .string(result.message), "stream_id": JSONValue(result.streamID),
            ]
        }
        let successes = results.count { $0.outcome == .stopped }
        return .json([
            "total": JSONValue(urls.count), "success_count": JSONValue(successes),
            "failure_count": JSONValue(urls.count - successes), "results": .array(documents),
        ])
    }

    private static func commandURLs(_ document: JSONValue) throws(ValidationError) -> [String] {
        guard case .array(let elements) = document else {
            throw ValidationError("list_type", at: ["body"], "Input should be a valid list", input: document)
        }
        guard elements.count <= maxStops else {
            throw ValidationError(
                "too_long", at: ["body"], "List should have at most \(maxStops) items", input: JSONValue(elements.count)
            )
        }
        var problems: [ValidationProblem] = []
        var urls: [String] = []
        for (index, element) in elements.enumerated() {
            if case .string(let url) = element {
                urls.append(url)
            } else {
                problems.append(
                    ValidationProblem(
                        type: "string_type", location: ["body", JSONValue(index)],
                        message: "Input should be a valid string", input: element))
            }
        }
        guard problems.isEmpty else { throw ValidationError(problems) }
        return urls
    }
}
