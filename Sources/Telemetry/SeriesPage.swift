/// Everything of a family's text that does not change from scrape to scrape: for each sample line the bytes up to its
/// value, in one piece of memory. Made anew when a child comes or goes.
final class SeriesPage<Cells: Sendable>: Sendable {
    let header: [UInt8]
    /// The lines' prefixes, one after the other, and where each one ends.
    let prefixes: [UInt8]
    let ends: [Int]
    let children: [Child<Cells>]
    /// Whether each child's lines end with the time of its creation.
    let hasCreated: Bool

    init(
        family: MetricFamily, format: ExpositionFormat, children: [Child<Cells>], lines: [SampleLine], hasCreated: Bool
    ) {
        self.hasCreated = hasCreated && format == .openMetrics
        let lines = lines + (self.hasCreated ? [SampleLine(isCreated: true)] : [])
        var header = TextExposition(format)
        header.header(family)
        var prefixes = TextExposition(format)
        var ends: [Int] = []
        ends.reserveCapacity(children.count * lines.count)
        for child in children {
            for line in lines {
                prefixes.prefix(family, line, child.labels)
                ends.append(prefixes.bytes.count)
            }
        }
        self.header = header.bytes
        self.prefixes = prefixes.bytes
        self.ends = ends
        self.children = children
    }
}

/// One child of a family.
struct Child<Cells: Sendable>: Sendable {
    let labels: [String]
    let cells: Cells
    /// Seconds since the Unix epoch.
    let created: Double
}
