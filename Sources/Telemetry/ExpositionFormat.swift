/// The formats in which a registry can be read.
public enum ExpositionFormat: String, Sendable, LabelValue {
    public static let labelName = "format"

    /// Prometheus text format 0.0.4.
    case text
    /// OpenMetrics 1.0.0 (prometheus.io/docs/specs/om/open_metrics_spec).
    case openMetrics = "openmetrics"
    /// OpenMetrics 2.0.0, release candidate 0 (prometheus.io/docs/specs/om/open_metrics_spec_2_0).
    case openMetrics2 = "openmetrics2"
    /// Delimited `io.prometheus.client.MetricFamily` messages.
    case protobuf

    /// The `Content-Type` of an exposition in this format.
    public var contentType: String {
        switch self {
        case .text: "text/plain; version=0.0.4; charset=utf-8"
        case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
        case .openMetrics2: "application/openmetrics-text; version=2.0.0; charset=utf-8"
        case .protobuf:
            "application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited"
        }
    }

    /// The format that a client prefers (RFC 9110, section 12.5.1).
    ///
    /// Of the formats that the header accepts the one with the highest quality is taken; of several with the same
    /// quality the richest: protobuf, OpenMetrics 2.0, OpenMetrics 1.0, text. A header that is missing, or that makes
    /// no sense, means text.
    public init(accept: String?) {
        self = .text
        var best = 0.0
        for range in MediaRange.parse(accept ?? "") {
            guard let format = Self(range), range.quality > 0 else { continue }
            if range.quality > best || (range.quality == best && format.rank > rank) {
                best = range.quality
                self = format
            }
        }
    }

    private init?(_ range: MediaRange) {
        switch (range.type, range["version"]) {
        case ("application/openmetrics-text", nil), ("application/openmetrics-text", "1.0.0"): self = .openMetrics
        case ("application/openmetrics-text", "2.0.0"): self = .openMetrics2
        case ("application/vnd.google.protobuf", _):
            guard range["proto"] == "io.prometheus.client.metricfamily", range["encoding"] == "delimited" else {
                return nil
            }
            self = .protobuf
        case ("text/plain", nil), ("text/plain", "0.0.4"), ("text/plain", "1.0.0"), ("text/*", _), ("*/*", _):
            self = .text
        default: return nil
        }
    }

    private var rank: Int {
        switch self {
        case .text: 0
        case .openMetrics: 1
        case .openMetrics2: 2
        case .protobuf: 3
        }
    }

    /// What an exposition has where nobody asks for anything else: classic buckets, which every Prometheus reads;
    /// OpenMetrics 2.0 carries both in one value.
    var defaultHistograms: HistogramSelection { self == .openMetrics2 ? .both : .classic }
}
