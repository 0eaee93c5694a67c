import Synchronization

/// One cell that holds which state is on, shown as one series for each state.
struct StateSetInstrument: Instrument {
    let labelName: String
    let states: [String]

    init<State: LabelValue>(_ type: State.Type) {
        for (place, state) in State.allCases.enumerated() {
            precondition(state.ordinal == place, "\(type): the ordinal of \(state) is not its place in the list")
        }
        labelName = State.labelName
        states = State.allCases.map(\.rawValue)
    }

    func makeCells(_ family: FamilyState) -> CellBlock { CellBlock(count: 1, family: family) }

    func offset(of cells: CellBlock) -> Int { cells.offset }

    func page(
        _ family: MetricFamily, _ children: [Child<CellBlock>], _ style: PageStyle, _ state: FamilyState
    ) -> any FamilyPage {
        if style.format == .protobuf {
            let samples = children.flatMap { child in
                states.indices.map { ProtobufScalarPage.Sample(labels(child, $0), child, state: $0) }
            }
            return ProtobufScalarPage(family, samples, state)
        }
        let lines = states.map { SampleLine(label: LabelPair(labelName, $0)) }
        return TextPage(family, children, style, lines) { _, child, writer in
            let current = Self.current(child)
            for index in states.indices {
                writer.beginLine()
                writer.append(UInt64(index == current ? 1 : 0))
                writer.endLine()
            }
        }
    }

    func snapshot(_ child: Child<CellBlock>, _ shards: Shards.List, now: Int64) -> [ChildSnapshot] {
        let current = Self.current(child)
        return states.indices.map {
            ChildSnapshot(labels: labels(child, $0), created: nil, value: .gauge($0 == current ? 1 : 0))
        }
    }

    private func labels(_ child: Child<CellBlock>, _ state: Int) -> [LabelPair] {
        child.labels + [LabelPair(labelName, states[state])]
    }

    private static func current(_ child: Child<CellBlock>) -> Int {
        Int(Shards.common[child.cells.offset].load(ordering: .relaxed))
    }
}
