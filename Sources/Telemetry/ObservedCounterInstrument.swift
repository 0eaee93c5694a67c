/// Totals that are kept elsewhere, by the kernel say, and are set at each exposition.
struct ObservedCounterInstrument: Instrument {
    /// Milliseconds since the Unix epoch: when the total began.
    let created: Int64

    func makeCells(_ family: FamilyState) -> CellBlock { CellBlock(count: Gauge.cellCount, family: family) }

    func offset(of cells: CellBlock) -> Int { cells.offset }

    func page(
        _ family: MetricFamily, _ children: [Child<CellBlock>], _ style: PageStyle, _ state: FamilyState
    ) -> any FamilyPage {
        let children = children.map { Child(labels: $0.labels, cells: $0.cells, created: created) }
        if style.format == .protobuf {
            return ProtobufScalarPage(family, children.map { ProtobufScalarPage.Sample(observed: $0) }, state)
        }
        let hasCreated = style.format == .openMetrics && style.hasCreated
        let lines = [SampleLine()] + (hasCreated ? [SampleLine(isCreated: true)] : [])
        return TextPage(family, children, style, lines) { _, child, writer in
            writer.beginLine()
            writer.append(Gauge.value(at: child.cells.offset))
            if style.format == .openMetrics2 { writer.appendStart(child.created) }
            writer.endLine()
            if hasCreated {
                writer.beginLine()
                writer.append(milliseconds: child.created)
                writer.endLine()
            }
        }
    }

    func snapshot(_ child: Child<CellBlock>, _ shards: Shards.List, now: Int64) -> [ChildSnapshot] {
        [
            ChildSnapshot(
                labels: child.labels, created: Double(created) / 1000,
                value: .counter(Gauge.value(at: child.cells.offset), exemplar: nil))
        ]
    }
}
