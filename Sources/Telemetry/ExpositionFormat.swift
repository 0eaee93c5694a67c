/// The formats in which a registry can be read.
public enum ExpositionFormat: Sendable, CaseIterable {
    /// Prometheus text format 0.0.4.
    case text
    /// OpenMetrics 1.0.0 (github.com/OpenObservability/OpenMetrics, specification/OpenMetrics.md).
    case openMetrics

    /// The `Content-Type` of an exposition in this format.
    public var contentType: String {
        switch self {
        case .text: "text/plain; version=0.0.4; charset=utf-8"
        case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
        }
    }

    /// The format that a client prefers (RFC 9110, section 12.5.1).
    ///
    /// Of the formats that the header accepts the one with the highest quality is taken; OpenMetrics, when it is named,
    /// before text of the same quality. A header that is missing, or that makes no sense, means text.
    public init(accept: String?) {
        self = .text
        var best = 0.0
        for range in (accept ?? "").split(separator: ",") {
            let parts = range.split(separator: ";").map { Self.trimmed($0).lowercased() }
            guard let type = parts.first else { continue }
            var quality = 1.0
            var version: String?
            for parameter in parts.dropFirst() {
                let pair = parameter.split(separator: "=", maxSplits: 1).map { Self.trimmed($0) }
                guard pair.count == 2 else { continue }
                if pair[0] == "q" { quality = Double(pair[1]).flatMap { (0...1).contains($0) ? $0 : nil } ?? 0 }
                if pair[0] == "version" { version = pair[1] }
            }
            guard let format = Self(type: type, version: version), quality > 0 else { continue }
            if quality > best || (quality == best && format == .openMetrics) {
                best = quality
                self = format
            }
        }
    }

    private init?(type: String, version: String?) {
        switch (type, version) {
        case ("application/openmetrics-text", nil), ("application/openmetrics-text", "1.0.0"): self = .openMetrics
        case ("text/plain", _), ("text/*", _), ("*/*", _): self = .text
        default: return nil
        }
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        var rest = text[...]
        while let first = rest.first, first == " " || first == "\t" { rest.removeFirst() }
        while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
        return String(rest)
    }
}
