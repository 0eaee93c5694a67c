/// Everything of a family's exposition that does not change from scrape to scrape. Made anew when a child comes or
/// goes.
@usableFromInline
protocol FamilyPage: Sendable {
    /// Appends children from `start` on until the writer holds `limit` bytes or the family is done; the first call,
    /// with 0, appends what stands before the children too. Each call appends one child at least. Returns where to go
    /// on, nil when the family is done.
    func write(from start: Int, to writer: ScrapeWriter, limit: Int) -> Int?
    /// Samples in the page, for the library's own figures.
    var seriesCount: Int { get }
}

/// What decides how a family's page looks.
@usableFromInline
struct PageStyle: Sendable, Hashable {
    var format: ExpositionFormat
    var histograms: HistogramSelection
    /// Whether OpenMetrics 1.0 has `_created` samples.
    var hasCreated: Bool
}
