import Hummingbird
import Telemetry

/// `/metrics`: for Prometheus.
struct MetricsController: Sendable {
    let registry: Registry

    func addRoutes(to open: RouterGroup<APIContext>) {
        open.get("/metrics", use: metrics)
    }

    @Sendable func metrics(_ request: Request, context: APIContext) async throws -> Response {
        Response(
            status: .ok, headers: [.contentType: Registry.textContentType],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: registry.textExposition())))
    }
}
