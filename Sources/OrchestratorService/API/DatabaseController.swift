import Hummingbird
import Storage

/// `/maintenance`: the database, by command.
struct DatabaseController: Sendable {
    enum Thoroughness: String, CaseIterable {
        case no = "false"
        case yes = "true"
    }

    let orchestrator: Orchestrator

    func addRoutes(to locked: Routes) {
        locked.post("/maintenance/backup", use: backUp)
        locked.post("/maintenance/optimize", use: optimize)
    }

    /// Makes a backup beside those made by themselves.
    @Sendable func backUp(_ request: Request, context: APIContext) async throws -> Response {
        let backup = try await orchestrator.backUp()
        return .json(["file": .string(backup.file), "bytes": JSONValue(backup.bytes)])
    }

    /// Gives free space back; with `full=true` by rewriting the file, for which writes wait.
    @Sendable func optimize(_ request: Request, context: APIContext) async throws -> Response {
        let isThorough = try request.query("full", of: Thoroughness.self) == .yes
        let store = orchestrator.journal.store
        let before = store.sizeInBytes
        try await store.optimize(isThorough: isThorough)
        return .json(["bytes_before": JSONValue(before), "bytes_after": JSONValue(store.sizeInBytes)])
    }
}
