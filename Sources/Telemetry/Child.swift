/// One child of a family: its labels, its memory, and when it began to count.
@usableFromInline
final class Child<Cells: Sendable>: Sendable {
    let labels: [LabelPair]
    @usableFromInline let cells: Cells
    /// Milliseconds since the Unix epoch.
    let created: Int64

    init(labels: [LabelPair], cells: Cells, created: Int64) {
        self.labels = labels
        self.cells = cells
        self.created = created
    }
}
