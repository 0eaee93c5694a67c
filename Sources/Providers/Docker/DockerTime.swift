internal import FoundationEssentials

/// Docker's times: RFC 3339 in UTC with up to nine digits after the point.
enum DockerTime {
    /// Milliseconds since 1970; nil when the text is no time.
    static func milliseconds(_ text: String) -> Int64? {
        guard text.hasSuffix("Z") else { return nil }
        let parts = text.dropLast().split(separator: ".", maxSplits: 1)
        guard let whole = parts.first, let date = try? Date(whole + "Z", strategy: .iso8601) else { return nil }
        let fraction = parts.count > 1 ? Int64((parts[1] + "000").prefix(3)) ?? 0 : 0
        return Int64(date.timeIntervalSince1970) * 1000 + fraction
    }
}
