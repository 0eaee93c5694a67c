import HTTPTypes
import Hummingbird

/// `/engines/stream`: the engine table and its changes, as server-sent events.
struct EngineFeedController: Sendable {
    let orchestrator: Orchestrator

    func addRoutes(to reading: Routes) {
        reading.unlimited.get("/engines/stream", use: follow)
    }

    /// Never ends by itself. A caller that names the last event it got (`Last-Event-ID`) is sent what it missed.
    @Sendable func follow(_ request: Request, context: APIContext) async throws -> Response {
        try await orchestrator.requireAdoption()
        let lastID = HTTPField.Name("Last-Event-ID").flatMap { request.headers[$0] }
        guard let events = await orchestrator.followEngines(after: lastID) else {
            throw Problem(
                status: .serviceUnavailable, code: "too_many_followers", title: "Too many followers",
                detail: "\(EngineFeed.maxFollowers) connections follow the engine table, or the service is stopping",
                retryAfter: 10)
        }
        return Response(
            status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: ResponseBody { writer in
                for await event in events { try await writer.write(event) }
                try await writer.finish(nil)
            })
    }
}
