import Telemetry

/// A request to one of the orchestrator's routes, without its outcome.
public struct EndpointLabels: DescribedLabelSet {
    public static var labelNames: [String] { ["endpoint", "method"] }
    public static var labelMeanings: [String] {
        [
            "the route's template, `other` for what has none",
            "the methods the server knows, else `other`",
        ]
    }
    public var labelValues: [String] { [endpoint, method] }
    let endpoint: String
    let method: String

    public init(endpoint: String, method: String) {
        self.endpoint = endpoint
        self.method = method
    }
}
