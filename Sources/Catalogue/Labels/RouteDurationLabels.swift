import Telemetry

/// A request to one of the proxy's routes, without its outcome.
public struct RouteDurationLabels: DescribedLabelSet {
    public static var labelNames: [String] { ["route", "method"] }
    public static var labelMeanings: [String] {
        [
            "the route's template, `other` for what has none",
            "the methods the server knows, else `other`",
        ]
    }
    public var labelValues: [String] { [route, method] }
    let route: String
    let method: String

    public init(route: String, method: String) {
        self.route = route
        self.method = method
    }
}
