public import Telemetry

/// A request to one of the orchestrator's routes, without its outcome.
public struct EndpointLabels: LabelSet {
    public static var labelNames: [String] { ["endpoint", "method"] }
    public var labelValues: [String] { [endpoint, method] }
    let endpoint: String
    let method: String

    public init(endpoint: String, method: String) {
        self.endpoint = endpoint
        self.method = method
    }
}
