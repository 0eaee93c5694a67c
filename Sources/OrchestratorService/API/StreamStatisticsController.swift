import EngineAPI
import Fleet
import Hummingbird
import Settings
import Storage

/// `/streams/{id}/…`: what engines say of one stream.
struct StreamStatisticsController: Sendable {
    let orchestrator: Orchestrator

    func addRoutes(to open: Routes) {
        open.get("/streams/{id}/stats", use: history)
        open.get("/streams/{id}/extended-stats", use: extended)
        open.get("/streams/{id}/livepos", use: livePosition)
    }

    /// Oldest first; none of a stream that is not known.
    @Sendable func history(_ request: Request, context: APIContext) async throws -> Response {
        let since = try request.query(time: "since")
        let samples = try await orchestrator.samples(of: try context.path("id"), since: since)
        return .json(.array(samples.map(\.document)))
    }

    /// What the engine finds out about the content: its own words.
    @Sendable func extended(_ request: Request, context: APIContext) async throws -> Response {
        let (stream, engine, path) = try await target(context)
        guard stream.isRunning, let engine, let path else { return .json(["available": false]) }
        do throws(EngineError) {
            let answer = try await orchestrator.probe.analysis(
                ofInfohash: path.infohash, on: engine.endpoint, timeout: .seconds(5))
            guard let document = try? JSONValue(parsing: answer), case .object(let members) = document,
                case .object(let result) = members["result"]
            else { return .json(["available": false]) }
            return .json(.object(result.filter { $0.value != .null }))
        } catch {
            return .json(["available": false])
        }
    }

    /// Asks the engine at this moment.
    @Sendable func livePosition(_ request: Request, context: APIContext) async throws -> Response {
        let (stream, engine, path) = try await target(context)
        guard stream.isRunning, let engine, let path else {
            return .json(["has_livepos": false, "is_live": .bool(stream.isLive)])
        }
        do throws(EngineError) {
            let statistics = try await orchestrator.probe.statistics(
                path, on: engine.endpoint, timeout: orchestrator.configuration.collector.timeout)
            return .json(Self.document(statistics, isLive: statistics.isLive ?? stream.isLive))
        } catch {
            throw DetailError(.serviceUnavailable, .string("Failed to fetch livepos data: \(error.message)"))
        }
    }

    private func target(
        _ context: APIContext
    ) async throws -> (stream: StreamRecord, engine: Engine?, path: EngineStatPath?) {
        let view = await orchestrator.streamsView()
        guard let stream = view[try context.path("id")] else { throw DetailError(.notFound, "Stream not found") }
        return (
            stream, stream.isAttached ? view.fleet.engines[stream.engineID] : nil, EngineStatPath(url: stream.statURL)
        )
    }

    private static func document(_ statistics: StreamStatistics, isLive: Bool) -> JSONValue {
        guard let position = statistics.livePosition else { return ["has_livepos": false, "is_live": .bool(isLive)] }
        func distance(_ from: Int64?, _ to: Int64?) -> JSONValue {
            guard let from, let to else { return .null }
            return .integer(max(0, to.subtractingReportingOverflow(from).partialValue))
        }
        return [
            "has_livepos": true, "is_live": .bool(isLive), "livepos": position.document,
            "performance": [
                "live_delay_seconds": distance(position.position, position.last),
                "dvr_window_seconds": distance(position.first, position.last),
                "playback_offset_seconds": distance(position.first, position.position),
                "status": JSONValue(statistics.status), "peers": JSONValue(optional: statistics.peers),
                "speed_down": JSONValue(optional: statistics.speedDown),
                "speed_up": JSONValue(optional: statistics.speedUp),
                "downloaded": JSONValue(optional: statistics.downloaded),
                "uploaded": JSONValue(optional: statistics.uploaded),
            ],
        ]
    }
}

extension Orchestrator {
    /// The samples of a stream, those included that are not written yet.
    nonisolated func samples(of streamID: String, since: Timestamp?) async throws -> [StreamSample] {
        // Asked first: what is handed over meanwhile is in the database then.
        let recent = await recentSamples(of: streamID)
        try await journal.flush()
        let stored = try await journal.store.samples(of: streamID, since: since)
        let newest = stored.last?.at
        let limit = configuration.collector.historyLimit
        let fresh = recent.filter { sample in
            (newest.map { sample.at > $0 } ?? true) && (since.map { sample.at >= $0 } ?? true)
        }
        return Array((stored + fresh).suffix(limit))
    }
}
