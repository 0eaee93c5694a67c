/// What a client wants of a registry: the parts of an HTTP request that bear on it.
public struct ScrapeRequest: Sendable, Hashable {
    public var format: ExpositionFormat
    /// Which buckets histograms carry.
    public var histograms: HistogramSelection
    /// Families to expose, by the name of the family or of one of its series; all when empty.
    public var names: Set<String>
    /// Whether OpenMetrics 1.0 says in `_created` samples when a counter began; the other formats say so anyway.
    public var hasCreated: Bool
    public var isGzipped: Bool
    /// How long the exposition may take.
    public var timeout: Duration?

    public init(
        _ format: ExpositionFormat = .text, histograms: HistogramSelection? = nil, names: Set<String> = [],
        hasCreated: Bool = false, isGzipped: Bool = false, timeout: Duration? = nil
    ) {
        self.format = format
        self.histograms = histograms ?? format.defaultHistograms
        self.names = names
        self.hasCreated = hasCreated
        self.isGzipped = isGzipped
        self.timeout = timeout
    }

    /// Reads a request.
    ///
    /// - Parameters:
    ///   - accept: the header `Accept`; what makes no sense means text 0.0.4.
    ///   - acceptEncoding: the header `Accept-Encoding`; gzip is used when it is named or covered by `*`.
    ///   - scrapeTimeout: the header `X-Prometheus-Scrape-Timeout-Seconds`; ignored when it is not a positive number.
    ///   - query: the part of the target behind `?`: `histograms=classic|native|both`, `name[]=FAMILY` any number of
    ///     times, `created=true|false`. Other keys are ignored.
    /// - Throws: ``ScrapeRequestError`` for a query value that is not allowed.
    public init(
        accept: String?, acceptEncoding: String? = nil, scrapeTimeout: String? = nil, query: String? = nil
    ) throws(ScrapeRequestError) {
        self.init(ExpositionFormat(accept: accept))
        isGzipped = Self.acceptsGzip(acceptEncoding)
        if let seconds = scrapeTimeout.flatMap(Double.init), seconds > 0, seconds < 86_400 {
            timeout = .seconds(seconds)
        }
        for (key, value) in QueryText.pairs(query ?? "") {
            switch key {
            case "histograms":
                guard let selection = HistogramSelection(rawValue: value) else {
                    throw ScrapeRequestError(parameter: key, value: value, allowed: ["classic", "native", "both"])
                }
                histograms = selection
            case "created":
                guard value == "true" || value == "false" else {
                    throw ScrapeRequestError(parameter: key, value: value, allowed: ["true", "false"])
                }
                hasCreated = value == "true"
            case "name[]": names.insert(value)
            default: break
            }
        }
    }

    /// The header fields of the answer.
    public var headerFields: [(name: String, value: String)] {
        [("Content-Type", format.contentType), ("Vary", "Accept, Accept-Encoding")]
            + (isGzipped && GzipStream.isAvailable ? [("Content-Encoding", "gzip")] : [])
    }

    var style: PageStyle { PageStyle(format: format, histograms: histograms, hasCreated: hasCreated) }

    /// Whether a family is asked for.
    func wants(_ family: MetricFamily) -> Bool {
        guard !names.isEmpty else { return true }
        if names.contains(family.name) || names.contains(family.name(in: .openMetrics)) { return true }
        return family.kind == .histogram && ["_bucket", "_count", "_sum"].contains { names.contains(family.name + $0) }
    }

    private static func acceptsGzip(_ header: String?) -> Bool {
        let ranges = MediaRange.parse(header ?? "")
        if let gzip = ranges.first(where: { $0.type == "gzip" || $0.type == "x-gzip" }) { return gzip.quality > 0 }
        return ranges.contains { $0.type == "*" && $0.quality > 0 }
    }
}

/// A query parameter of a scrape whose value is not allowed.
public struct ScrapeRequestError: Error, Hashable, CustomStringConvertible {
    public let parameter: String
    public let value: String
    public let allowed: [String]

    public var description: String {
        "\(parameter)=\(value.prefix(64)) is not allowed; allowed: \(allowed.joined(separator: ", "))"
    }
}
