public import Telemetry

/// A request to one of the proxy's routes, without its outcome.
public struct RouteDurationLabels: LabelSet {
    public static var labelNames: [String] { ["route", "method"] }
    public var labelValues: [String] { [route, method] }
    let route: String
    let method: String

    public init(route: String, method: String) {
        self.route = route
        self.method = method
    }
}
