/// Everything of a family's text that does not change from scrape to scrape: for each sample line the bytes up to its
/// value, in one piece of memory. Made anew when a child comes or goes.
final class SeriesPage<Cells: Sendable>: Sendable {
    let header: [UInt8]
    /// The lines' prefixes, one after the other, and where each one ends.
    let prefixes: [UInt8]
    let ends: [Int]
    let cells: [Cells]

    init(
        family: MetricFamily, children: [(labels: [String], cells: Cells)], lines: [(suffix: String, bound: String?)]
    ) {
        var text = TextExposition()
        text.header(family)
        header = text.bytes
        var prefixes = TextExposition()
        var ends: [Int] = []
        ends.reserveCapacity(children.count * lines.count)
        for (labels, _) in children {
            for line in lines {
                prefixes.prefix(family.name, line.suffix, family.labelNames, labels, bound: line.bound)
                ends.append(prefixes.bytes.count)
            }
        }
        self.prefixes = prefixes.bytes
        self.ends = ends
        cells = children.map(\.cells)
    }
}
