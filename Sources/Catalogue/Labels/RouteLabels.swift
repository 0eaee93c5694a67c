import Telemetry

/// A request to one of the proxy's routes.
public struct RouteLabels: DescribedLabelSet {
    public static var labelNames: [String] { ["route", "method", "code"] }
    public static var labelMeanings: [String] {
        [
            "the route's template, `other` for what has none",
            "the methods the server knows, else `other`",
            "HTTP status code",
        ]
    }
    public var labelValues: [String] { [route, method, code] }
    let route: String
    let method: String
    let code: String

    /// - Parameters:
    ///   - route: the template, never the request's own path.
    ///   - method: one of the methods the server knows, else `other`.
    public init(route: String, method: String, code: Int) {
        self.route = route
        self.method = method
        self.code = String(code)
    }
}
