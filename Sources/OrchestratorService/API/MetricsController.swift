import HTTPTypes
import Hummingbird
import Telemetry

/// `/metrics`: for Prometheus.
struct MetricsController: Sendable {
    let registry: Registry
    let orchestrator: Orchestrator

    func addRoutes(to open: Routes) {
        open.get("/metrics", use: metrics)
    }

    @Sendable func metrics(_ request: Request, context: APIContext) async throws -> Response {
        let wanted: ScrapeRequest
        do {
            wanted = try ScrapeRequest(
                accept: request.headers[values: .accept].joined(separator: ","),
                acceptEncoding: request.headers[values: .acceptEncoding].joined(separator: ","),
                scrapeTimeout: Self.scrapeTimeout.flatMap { request.headers[$0] }, query: request.uri.query)
        } catch {
            throw Problem(
                status: .badRequest, code: "invalid_scrape_parameter", title: "A parameter is not allowed",
                detail: error.description)
        }
        await orchestrator.refreshGauges()
        var headers: HTTPFields = [:]
        for (name, value) in wanted.headerFields {
            if let name = HTTPField.Name(name) { headers[name] = value }
        }
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody { [registry] writer in
                var scrape = registry.scrape(wanted)
                var piece = ByteBuffer()
                // When the time is over this throws, and the answer is broken off.
                while try scrape.nextPiece({ piece.writeBytes($0) }) {
                    try await writer.write(piece)
                    piece.clear()
                }
                try await writer.finish(nil)
            })
    }

    private static let scrapeTimeout = HTTPField.Name("X-Prometheus-Scrape-Timeout-Seconds")
}
