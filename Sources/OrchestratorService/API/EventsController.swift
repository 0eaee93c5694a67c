import Fleet
import Hummingbird
import Storage

/// `/events`: what proxies report, and the log of everything that happened.
///
/// A report is answered once it is durable, so that its sender may forget it. Repeating one is harmless.
struct EventsController: Sendable {
    let orchestrator: Orchestrator

    func addRoutes(open: RouterGroup<APIContext>, locked: RouterGroup<APIContext>) {
        open.get("/events", use: list)
        locked.post("/events/stream_started", use: started)
        locked.post("/events/stream_ended", use: ended)
        locked.post("/events/batch", use: batch)
    }

    @Sendable func started(_ request: Request, context: APIContext) async throws -> Response {
        var request = request
        let proxyID = try request.proxyID()
        var report = try StreamReports.started(try await request.requiredDocument(context))
        report.proxyID = proxyID
        try await orchestrator.requireAdoption()
        let stream = await orchestrator.streamStarted(report)
        try await orchestrator.journal.flush()
        return .json(stream.document)
    }

    @Sendable func ended(_ request: Request, context: APIContext) async throws -> Response {
        var request = request
        let report = try StreamReports.ended(try await request.requiredDocument(context))
        try await orchestrator.requireAdoption()
        let stream = await end(report)
        try await orchestrator.journal.flush()
        return .json(["updated": .bool(stream != nil), "stream": stream?.document ?? .null])
    }

    @Sendable func batch(_ request: Request, context: APIContext) async throws -> Response {
        var request = request
        let proxyID = try request.proxyID()
        let reports = try StreamReports.batch(try await request.requiredDocument(context))
        try await orchestrator.requireAdoption()
        var started: [JSONValue] = []
        for report in reports.started {
            var report = report
            report.proxyID = proxyID
            let stream = await orchestrator.streamStarted(report)
            started.append(["success": true, "stream_id": .string(stream.id)])
        }
        var ended: [JSONValue] = []
        for report in reports.ended {
            let stream = await end(report)
            ended.append(
                stream.map { ["success": true, "stream_id": .string($0.id)] }
                    ?? ["success": false, "stream_id": JSONValue(report.streamID), "error": "stream not found"])
        }
        try await orchestrator.journal.flush()
        return .json(["started": .array(started), "ended": .array(ended)])
    }

    /// The log, newest first.
    @Sendable func list(_ request: Request, context: APIContext) async throws -> Response {
        let query = EventQuery(
            limit: try request.query("limit", default: 100, in: 1...1000),
            offset: try request.query("offset", default: 0, in: 0...1_000_000),
            type: try request.query("event_type", of: EventRecord.EventType.self),
            category: request.query("category"), engineID: request.query("container_id"),
            streamID: request.query("stream_id"), since: try request.query(time: "since"))
        return .json(.array(try await orchestrator.events(query).map(\.document)))
    }

    private func end(_ report: StreamReports.Ended) async -> StreamRecord? {
        guard let id = report.streamID else { return nil }
        return await orchestrator.streamEnded(id: id, reason: report.reason)
    }
}

extension Orchestrator {
    /// Refuses for now what can only be judged by somebody who knows which engines and streams there are.
    func requireAdoption() throws(Problem) {
        guard !hasAdopted else { return }
        throw Problem(
            status: .serviceUnavailable, code: "starting", title: "Starting",
            detail: "it is not known yet which engines run; ask again", retryAfter: 1)
    }

    /// Entries of the event log, everything recorded so far included.
    nonisolated func events(_ query: EventQuery) async throws(StorageError) -> [EventRecord] {
        try await journal.flush()
        return try await journal.store.events(query)
    }
}
