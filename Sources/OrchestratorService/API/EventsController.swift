import Fleet
import Hummingbird
import Storage

/// `/events`: what proxies report, and the log of everything that happened.
///
/// A report is answered once it is durable, so that its sender may forget it. Repeating one is harmless.
struct EventsController: Sendable {
    let orchestrator: Orchestrator

    func addRoutes(open: Routes, locked: Routes, audited: Routes) {
        open.get("/events", use: list)
        open.get("/events/stats", use: summary)
        audited.post("/events/cleanup", use: cleanUp)
        locked.post("/events/stream_started", use: started)
        locked.post("/events/stream_ended", use: ended)
        locked.post("/events/batch", use: batch)
    }

    /// The stream's fields beside `"status": "accepted"`; the stream as it is under `stream`.
    @Sendable func started(_ request: Request, context: APIContext) async throws -> Response {
        var request = request
        let proxyID = try request.proxyID()
        var report = try StreamReports.started(try await request.requiredDocument(context))
        report.proxyID = proxyID
        let taken = try await orchestrator.accept(started: [report])
        try await orchestrator.journal.flush()
        let stream = await orchestrator.document(taken.started.first)
        return .json(Self.accepted(stream, ["stream": stream ?? .null]))
    }

    /// Whether a stream was ended, which one, and its fields.
    @Sendable func ended(_ request: Request, context: APIContext) async throws -> Response {
        var request = request
        let report = try StreamReports.ended(try await request.requiredDocument(context))
        let taken = try await orchestrator.accept(started: [], ended: [report])
        try await orchestrator.journal.flush()
        let stream = await orchestrator.document(taken.ended.first.flatMap(\.self))
        return .json(Self.accepted(stream, ["stream": stream ?? .null, "updated": .bool(stream != nil)]))
    }

    @Sendable func batch(_ request: Request, context: APIContext) async throws -> Response {
        var request = request
        let proxyID = try request.proxyID()
        var reports = try StreamReports.batch(try await request.requiredDocument(context))
        for index in reports.started.indices { reports.started[index].proxyID = proxyID }
        let taken = try await orchestrator.accept(started: reports.started, ended: reports.ended)
        try await orchestrator.journal.flush()
        let started = taken.started.map { stream -> JSONValue in ["success": true, "stream_id": .string(stream.id)] }
        let ended = zip(reports.ended, taken.ended).map { report, stream -> JSONValue in
            stream.map { ["success": true, "stream_id": .string($0.id)] }
                ?? ["success": false, "stream_id": JSONValue(report.streamID), "error": "stream not found"]
        }
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

    @Sendable func summary(_ request: Request, context: APIContext) async throws -> Response {
        try await orchestrator.journal.flush()
        let summary = try await orchestrator.journal.store.eventSummary()
        let counts = EventRecord.EventType.allCases.map { ($0.rawValue, JSONValue(summary.counts[$0] ?? 0)) }
        return .json([
            "total": JSONValue(summary.total),
            "by_type": .object(Dictionary(uniqueKeysWithValues: counts)),
            "oldest": JSONValue(summary.oldest.map(RFC3339.text)),
            "newest": JSONValue(summary.newest.map(RFC3339.text)),
        ])
    }

    @Sendable func cleanUp(_ request: Request, context: APIContext) async throws -> Response {
        let days = try request.query("max_age_days", default: 30, in: 1...3650)
        try await orchestrator.journal.flush()
        let deleted = try await orchestrator.journal.store.deleteEvents(
            before: orchestrator.now - .seconds(days * 86_400))
        return .json([
            "deleted": JSONValue(deleted),
            "message": .string("Cleaned up \(deleted) events older than \(days) days"),
        ])
    }

    private static func accepted(_ stream: JSONValue?, _ further: [String: JSONValue]) -> JSONValue {
        var members = further
        if case .object(let fields) = stream { members.merge(fields) { own, _ in own } }
        members["status"] = "accepted"
        return .object(members)
    }
}

extension Orchestrator {
    /// Takes in reports, all in one step. Refuses for now what can only be judged by somebody who knows which engines
    /// and streams there are.
    func accept(
        started: [StreamStart], ended: [StreamReports.Ended] = []
    ) throws(Problem) -> (started: [StreamRecord], ended: [StreamRecord?]) {
        try requireAdoption()
        return take(started: started, ended: ended)
    }

    func document(_ stream: StreamRecord?) -> JSONValue? {
        stream.map { $0.document(collector.latest[$0.id], engineName: fleet.engines[$0.engineID]?.name) }
    }

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
