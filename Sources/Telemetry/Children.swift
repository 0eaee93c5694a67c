import Synchronization

/// The children of one family, by label set. The look-up takes a lock; handles do not.
final class Children<Labels: LabelSet, Kind: Instrument>: Sendable {
    private struct State {
        var cells: [Labels: Kind.Cells] = [:]
        /// Made at the first exposition after a change.
        var page: SeriesPage<Kind.Cells>?
    }

    private let state: Mutex<State>
    private let family: MetricFamily
    private let kind: Kind

    init(family: MetricFamily, known: [Labels], kind: Kind) {
        self.family = family
        self.kind = kind
        var initial = State()
        if let only = NoLabels() as? Labels { initial.cells[only] = kind.makeCells() }
        for labels in known { initial.cells[labels] = kind.makeCells() }
        state = Mutex(initial)
    }

    subscript(labels: Labels) -> Kind.Cells {
        state.withLock { state in
            if let cells = state.cells[labels] { return cells }
            let cells = kind.makeCells()
            state.cells[labels] = cells
            state.page = nil
            return cells
        }
    }

    func remove(_ labels: Labels) {
        state.withLock { state in
            if state.cells.removeValue(forKey: labels) != nil { state.page = nil }
        }
    }

    func write(to writer: SampleWriter, shards: [UnsafeMutablePointer<Shards.Cell>]) {
        writer.family(page()) { cells, writer in kind.write(cells, shards: shards, into: writer) }
    }

    /// All children, ordered by their label values.
    private func page() -> SeriesPage<Kind.Cells> {
        state.withLock { state in
            if let page = state.page { return page }
            let children = state.cells.map { (labels: $0.key.labelValues, cells: $0.value) }
                .sorted { $0.labels.lexicographicallyPrecedes($1.labels) }
            let page = SeriesPage(family: family, children: children, lines: kind.lines)
            state.page = page
            return page
        }
    }
}
