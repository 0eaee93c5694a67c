import Fleet
import Hummingbird
import Storage

/// `/gc`, `/health/circuit-breaker/reset`: what operators do to the orchestrator itself.
struct MaintenanceController: Sendable {
    /// The circuit breakers by their names in the API.
    enum Breaker: String, CaseIterable {
        case general
        case replacement
    }

    let orchestrator: Orchestrator

    func addRoutes(quick: Routes, slow: Routes) {
        slow.post("/gc", use: collect)
        quick.post("/health/circuit-breaker/reset", use: reset)
    }

    /// Answers once everything is gone that can go.
    @Sendable func collect(_ request: Request, context: APIContext) async throws -> Response {
        try await orchestrator.requireAdoption()
        let collected = await orchestrator.collectGarbage()
        try await orchestrator.journal.flush()
        let rows = try await orchestrator.journal.store.purge(now: orchestrator.now)
        return .json([
            "status": "ok",
            "removed_engines": .array(collected.engines.map(JSONValue.string)),
            "freed_records": JSONValue(collected.records),
            "ended_leases": JSONValue(collected.leases),
            "deleted_rows": JSONValue(rows),
        ])
    }

    @Sendable func reset(_ request: Request, context: APIContext) async throws -> Response {
        let breaker = try request.query("operation_type", of: Breaker.self)
        await orchestrator.reset(breaker)
        let what = breaker.map { "for \($0.rawValue)" } ?? "all"
        return .json(["message": .string("Circuit breaker \(what) reset successfully")])
    }
}

extension Orchestrator {
    /// What was of no more use.
    struct Collected: Sendable {
        /// Engines removed, by name.
        var engines: [String] = []
        /// Records of ended engines that the provider held.
        var records = 0
        /// Leases whose time was over.
        var leases = 0
    }

    /// Removes idle engines past their grace period beyond those that are wanted at present, and everything that has
    /// ended.
    func collectGarbage() async -> Collected {
        var collected = Collected()
        let expired = fleet.expireLeases(now: now)
        collected.leases = expired.count
        apply(expired)
        for id in exited.subtracting(freeing).sorted() {
            await free(id)
            if !exited.contains(id) { collected.records += 1 }
        }
        reconcile()
        for engine in idleEngines() where fleet.engines[engine.id] != nil {
            if await remove(engine.id, reason: .surplus) == nil, fleet.engines[engine.id] == nil {
                collected.engines.append(engine.name)
            }
        }
        return collected
    }

    /// Engines beyond those wanted that have been empty for the grace period, the longest first.
    private func idleEngines() -> [Engine] {
        let now = now
        let usable = fleet.engines.values.filter(\.isUsable)
        let idle = usable.filter { engine in
            fleet.load(of: engine.id) == 0
                && engine.emptySince.map { now - $0 >= configuration.reconciler.gracePeriod } == true
        }
        let order = idle.sorted { ($0.emptySince ?? now, $0.id) < ($1.emptySince ?? now, $1.id) }
        return Array(order.prefix(max(0, usable.count - desired)))
    }

    /// Closes one breaker, or both.
    func reset(_ breaker: MaintenanceController.Breaker?) {
        if breaker != .replacement { generalBreaker.reset() }
        if breaker != .general { replacementBreaker.reset() }
        refreshGauges()
        reconcile()
    }
}
