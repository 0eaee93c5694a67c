import Hummingbird
import Telemetry

/// `/metrics`: for Prometheus.
struct MetricsController: Sendable {
    let registry: Registry

    func addRoutes(to open: RouterGroup<APIContext>) {
        open.get("/metrics", use: metrics)
    }

    @Sendable func metrics(_ request: Request, context: APIContext) async throws -> Response {
        let format = ExpositionFormat(accept: request.headers[.accept])
        return registry.withExposition(format) { bytes in
            Response(
                status: .ok, headers: [.contentType: format.contentType],
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
        }
    }
}
