import Fleet
import Hummingbird
import Providers

/// `/containers`: single engines by the provider's identifier.
struct ContainersController: Sendable {
    let orchestrator: Orchestrator

    func addRoutes(open: Routes, locked: Routes) {
        open.get("/containers/{id}", use: inspect)
        locked.delete("/containers/{id}", use: delete)
    }

    @Sendable func inspect(_ request: Request, context: APIContext) async throws -> Response {
        let engine = try await engine(context)
        let port = "\(engine.endpoint.port)"
        return .json([
            "id": .string(engine.id),
            "name": .string(engine.name),
            "image": .string(engine.image),
            "created": .string(RFC3339.text(engine.firstSeen)),
            "status": "running",
            "labels": .object(engine.labels.mapValues(JSONValue.string)),
            "ports": .object([
                "\(port)/tcp": [["HostIp": .string(engine.endpoint.host), "HostPort": .string(port)]]
            ]),
        ])
    }

    /// Removes an engine whatever it does; answers once it is gone.
    @Sendable func delete(_ request: Request, context: APIContext) async throws -> Response {
        let engine = try await engine(context)
        if let error = await orchestrator.remove(engine.id, reason: .requested) {
            throw DetailError(.internalServerError, .string(error.message))
        }
        return .json(["deleted": .string(engine.id)])
    }

    private func engine(_ context: APIContext) async throws -> Engine {
        guard let engine = await orchestrator.currentFleet().engines[try context.path("id")] else {
            throw DetailError(.notFound, "container not found")
        }
        return engine
    }
}
