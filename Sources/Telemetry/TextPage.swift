/// A family in one of the text formats: for each sample line the bytes up to its value, in one piece of memory.
final class TextPage<Cells: Sendable>: FamilyPage {
    private let header: [UInt8]
    /// The lines' prefixes, one after the other, and where each one ends.
    private let prefixes: [UInt8]
    private let ends: [Int]
    private let children: [Child<Cells>]
    private let linesPerChild: Int
    private let body: @Sendable (Int, Child<Cells>, ScrapeWriter) -> Void

    /// - Parameter body: appends the lines of one child, each between ``ScrapeWriter/beginLine()`` and
    ///   ``ScrapeWriter/endLine()``.
    init(
        _ family: MetricFamily, _ children: [Child<Cells>], _ style: PageStyle, _ lines: [SampleLine],
        body: @escaping @Sendable (Int, Child<Cells>, ScrapeWriter) -> Void
    ) {
        var header = TextSyntax(style.format)
        header.header(family)
        var prefixes = TextSyntax(style.format)
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
        linesPerChild = lines.count
        self.body = body
    }

    var seriesCount: Int { ends.count }

    func write(from start: Int, to writer: ScrapeWriter, limit: Int) -> Int? {
        if start == 0 { writer.append(header) }
        return prefixes.withUnsafeBufferPointer { prefixes in
            ends.withUnsafeBufferPointer { ends in
                writer.show(prefixes, ends, from: start * linesPerChild)
                for index in start..<children.count {
                    if index > start, writer.count >= limit { return index }
                    body(index, children[index], writer)
                }
                return nil
            }
        }
    }
}
