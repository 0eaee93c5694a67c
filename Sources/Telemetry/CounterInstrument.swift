import Synchronization

@usableFromInline
struct CounterInstrument: Instrument {
    @usableFromInline let isShared: Bool

    @usableFromInline
    func makeCells(_ family: FamilyState) -> CellBlock { CellBlock(count: Counter.cellCount, family: family) }

    @usableFromInline
    func offset(of cells: CellBlock) -> Int { cells.offset }

    @usableFromInline
    func page(
        _ family: MetricFamily, _ children: [Child<CellBlock>], _ style: PageStyle, _ state: FamilyState
    ) -> any FamilyPage {
        if style.format == .protobuf {
            return ProtobufScalarPage(family, children.map { ProtobufScalarPage.Sample(counter: $0) }, state)
        }
        let hasCreated = style.format == .openMetrics && style.hasCreated
        let lines = [SampleLine()] + (hasCreated ? [SampleLine(isCreated: true)] : [])
        return TextPage(family, children, style, lines) { index, child, writer in
            let shards = writer.shards
            let whole = child.cells.total(0, in: shards)
            writer.beginLine()
            if state.hasFractions.load(ordering: .relaxed) {
                writer.append(Double(whole) + child.cells.floatingTotal(1, in: shards))
            } else {
                writer.append(whole)
            }
            if style.format == .openMetrics2 { writer.appendStart(child.created) }
            if style.format != .text, state.hasExemplars.load(ordering: .acquiring),
                let exemplar = child.cells.exemplars[0]
            {
                writer.append(exemplar)
            }
            writer.endLine()
            if hasCreated {
                writer.beginLine()
                writer.append(milliseconds: child.created)
                writer.endLine()
            }
        }
    }

    @usableFromInline
    func snapshot(_ child: Child<CellBlock>, _ shards: Shards.List, now: Int64) -> [ChildSnapshot] {
        let value = Counter.value(of: child.cells, in: shards)
        return [
            ChildSnapshot(
                labels: child.labels, created: Double(child.created) / 1000,
                value: .counter(value, exemplar: child.cells.exemplars[0]))
        ]
    }
}
