import Fleet
import Hummingbird
import Scaling
import Storage

/// `/scale` and `/autoscaler`: how many engines are wanted, and why.
struct ScalingController: Sendable {
    let orchestrator: Orchestrator

    func addRoutes(open: Routes, locked: Routes) {
        open.get("/autoscaler/decisions", use: decisions)
        locked.post("/scale/{n}", use: scale)
    }

    @Sendable func scale(_ request: Request, context: APIContext) async throws -> Response {
        let text = try context.path("n")
        let limit = orchestrator.configuration.reconciler.maxReplicas
        guard let engines = Int(text) else {
            throw ValidationError(
                "int_parsing", at: ["path", "n"],
                "Input should be a valid integer, unable to parse string as an integer", input: .string(text))
        }
        guard (0...limit).contains(engines) else {
            throw ValidationError(
                "int_range", at: ["path", "n"], "Input should be from 0 to \(limit) (MAX_REPLICAS)",
                input: .string(text))
        }
        try await orchestrator.requireAdoption()
        await orchestrator.setFloor(engines)
        try await orchestrator.journal.flush()
        return .json(["scaled_to": JSONValue(engines)])
    }

    /// Newest first.
    @Sendable func decisions(_ request: Request, context: APIContext) async throws -> Response {
        let limit = try request.query("limit", default: 50, in: 1...1000)
        return .json(.array(try await orchestrator.decisions(limit: limit).map(\.document)))
    }
}

extension Orchestrator {
    nonisolated func decisions(limit: Int) async throws -> [ScalingDecision] {
        try await journal.flush()
        return try await journal.store.decisions(limit: limit)
    }
}
