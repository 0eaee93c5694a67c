import Telemetry

/// A request to one of the orchestrator's routes.
public struct EndpointStatusLabels: DescribedLabelSet {
    public static var labelNames: [String] { ["endpoint", "method", "status"] }
    public static var labelMeanings: [String] {
        [
            "the route's template, `other` for what has none",
            "the methods the server knows, else `other`",
            "HTTP status code",
        ]
    }
    public var labelValues: [String] { [endpoint, method, status] }
    let endpoint: String
    let method: String
    let status: String

    /// - Parameter endpoint: the route's template (`/streams/{id}`), never the request's own path.
    public init(endpoint: String, method: String, status: Int) {
        self.endpoint = endpoint
        self.method = method
        self.status = String(status)
    }
}
