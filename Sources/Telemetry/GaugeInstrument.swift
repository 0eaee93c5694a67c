/// Gauges and information, which is a gauge that is always 1.
@usableFromInline
struct GaugeInstrument: Instrument {
    @usableFromInline
    func makeCells(_ family: FamilyState) -> CellBlock { CellBlock(count: Gauge.cellCount, family: family) }

    @usableFromInline
    func offset(of cells: CellBlock) -> Int { cells.offset }

    @usableFromInline
    func page(
        _ family: MetricFamily, _ children: [Child<CellBlock>], _ style: PageStyle, _ state: FamilyState
    ) -> any FamilyPage {
        if style.format == .protobuf {
            return ProtobufScalarPage(family, children.map { ProtobufScalarPage.Sample(gauge: $0) }, state)
        }
        return TextPage(family, children, style, [SampleLine()]) { _, child, writer in
            writer.beginLine()
            writer.append(Gauge.value(at: child.cells.offset))
            writer.endLine()
        }
    }

    @usableFromInline
    func snapshot(_ child: Child<CellBlock>, _ shards: Shards.List, now: Int64) -> [ChildSnapshot] {
        [ChildSnapshot(labels: child.labels, created: nil, value: .gauge(Gauge.value(at: child.cells.offset)))]
    }
}
