import Fleet
import Hummingbird
import Providers

/// `/engines/…/stats`, `/cache`: what engines use of their machine.
struct StatisticsController: Sendable {
    let orchestrator: Orchestrator

    func addRoutes(open: Routes, locked: Routes) {
        open.get("/engines/stats/all", use: all)
        open.get("/engines/stats/total", use: total)
        open.get("/engines/{id}/stats", use: one)
        open.get("/cache/stats", use: cache)
        locked.post("/cache/clear", use: clear)
    }

    /// By engine; those that the provider cannot tell of are missing.
    @Sendable func all(_ request: Request, context: APIContext) async throws -> Response {
        let entries = try await statistics().map { ($0.engineID, $0.document) }
        return .json(.object(Dictionary(entries) { first, _ in first }))
    }

    @Sendable func total(_ request: Request, context: APIContext) async throws -> Response {
        let all = try await statistics()
        func sum(_ value: (EngineStatistics) -> Int64?) -> JSONValue { .integer(all.compactMap(value).reduce(0, +)) }
        return .json([
            "total_cpu_percent": .number(all.reduce(0) { $0 + $1.cpuPercent }.rounded(toPlaces: 2)),
            "total_memory_usage": sum(\.memoryBytes),
            "total_network_rx_bytes": sum(\.networkReceivedBytes),
            "total_network_tx_bytes": sum(\.networkSentBytes),
            "total_block_read_bytes": sum(\.blockReadBytes),
            "total_block_write_bytes": sum(\.blockWrittenBytes),
            "container_count": JSONValue(all.count),
        ])
    }

    @Sendable func one(_ request: Request, context: APIContext) async throws -> Response {
        let id = try context.path("id")
        guard let engine = await orchestrator.engine(id),
            let statistics = try await statistics().first(where: { $0.engineID == engine.id })
        else { throw DetailError(.notFound, "no statistics of such an engine") }
        return .json(statistics.document)
    }

    @Sendable func cache(_ request: Request, context: APIContext) async throws -> Response {
        let usage = await orchestrator.statistics.currentUsage()
        let asked = usage.hits + usage.misses
        let rate = asked > 0 ? Double(usage.hits) / Double(asked) * 100 : 0
        let entries: [JSONValue] =
            usage.age.map { age in
                let left = EngineStatisticsCache.timeToLive - age
                return [
                    [
                        "key": "engines:stats", "age": .number(age.inSeconds.rounded(toPlaces: 2)),
                        "ttl_remaining": .number(left.inSeconds.rounded(toPlaces: 2)),
                    ]
                ]
            } ?? []
        return .json([
            "size": JSONValue(entries.count), "hits": JSONValue(usage.hits), "misses": JSONValue(usage.misses),
            "hit_rate": .number(rate.rounded(toPlaces: 2)), "entries": .array(entries),
        ])
    }

    @Sendable func clear(_ request: Request, context: APIContext) async throws -> Response {
        await orchestrator.statistics.clear()
        await orchestrator.forgetDocuments()
        return .json(["message": "Cache cleared successfully"])
    }

    private func statistics() async throws -> [EngineStatistics] {
        let engines = await orchestrator.currentFleet().sortedEngines.map(\.id)
        do throws(ProviderError) {
            return try await orchestrator.statistics.statistics(of: engines)
        } catch {
            throw Problem(error)
        }
    }
}

extension Orchestrator {
    /// Lets the next reader of the engine list get it anew.
    func forgetDocuments() { enginesDocument = nil }
}

extension EngineStatistics {
    /// As the API shows it. What the provider cannot tell is null.
    fileprivate var document: JSONValue {
        let share = memoryLimitBytes.map { $0 > 0 ? Double(memoryBytes) / Double($0) * 100 : 0 } ?? 0
        return [
            "container_id": .string(engineID),
            "cpu_percent": .number(cpuPercent.rounded(toPlaces: 2)),
            "memory_usage": .integer(memoryBytes),
            "memory_limit": .integer(memoryLimitBytes ?? 0),
            "memory_percent": .number(share.rounded(toPlaces: 2)),
            "network_rx_bytes": networkReceivedBytes.map(JSONValue.integer) ?? .null,
            "network_tx_bytes": networkSentBytes.map(JSONValue.integer) ?? .null,
            "block_read_bytes": blockReadBytes.map(JSONValue.integer) ?? .null,
            "block_write_bytes": blockWrittenBytes.map(JSONValue.integer) ?? .null,
        ]
    }
}

extension Double {
    fileprivate func rounded(toPlaces places: Int) -> Double {
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        return (self * scale).rounded() / scale
    }
}
