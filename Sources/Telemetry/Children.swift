import Synchronization

/// The children of one family, by label set. The look-up takes a lock; handles do not.
final class Children<Labels: LabelSet, Cell: Sendable>: Sendable {
    private let cells: Mutex<[Labels: Cell]>
    private let makeCell: @Sendable () -> Cell

    init(known: [Labels], makeCell: @escaping @Sendable () -> Cell) {
        var initial: [Labels: Cell] = [:]
        if let only = NoLabels() as? Labels { initial[only] = makeCell() }
        for labels in known { initial[labels] = makeCell() }
        cells = Mutex(initial)
        self.makeCell = makeCell
    }

    subscript(labels: Labels) -> Cell {
        cells.withLock { cells in
            if let cell = cells[labels] { return cell }
            let cell = makeCell()
            cells[labels] = cell
            return cell
        }
    }

    func remove(_ labels: Labels) {
        cells.withLock { _ = $0.removeValue(forKey: labels) }
    }

    /// All children, ordered by their label values.
    func snapshot() -> [(labels: [String], cell: Cell)] {
        cells.withLock { $0.map { (labels: $0.key.labelValues, cell: $0.value) } }
            .sorted { $0.labels.lexicographicallyPrecedes($1.labels) }
    }
}
