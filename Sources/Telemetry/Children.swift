import Glibc
import NIOConcurrencyHelpers

/// The children of one family, by label set. The look-up takes a lock; handles do not.
final class Children<Labels: LabelSet, Kind: Instrument>: Sendable {
    private struct State {
        var children: [Labels: Child<Kind.Cells>] = [:]
        /// Made at the first exposition after a change.
        var pages: [ExpositionFormat: SeriesPage<Kind.Cells>] = [:]
    }

    private let state: NIOLockedValueBox<State>
    private let family: MetricFamily
    private let kind: Kind

    init(family: MetricFamily, known: [Labels], kind: Kind) {
        self.family = family
        self.kind = kind
        var initial = State()
        if let only = NoLabels() as? Labels { initial.children[only] = Self.makeChild(only, kind) }
        for labels in known { initial.children[labels] = Self.makeChild(labels, kind) }
        state = NIOLockedValueBox(initial)
    }

    subscript(labels: Labels) -> Kind.Cells {
        state.withLockedValue { state in
            if let child = state.children[labels] { return child.cells }
            let child = Self.makeChild(labels, kind)
            state.children[labels] = child
            state.pages = [:]
            return child.cells
        }
    }

    func remove(_ labels: Labels) {
        state.withLockedValue { state in
            if state.children.removeValue(forKey: labels) != nil { state.pages = [:] }
        }
    }

    func write(to writer: SampleWriter, format: ExpositionFormat, shards: [UnsafeMutablePointer<Shards.Cell>]) {
        let page = page(format)
        writer.family(page) { child, writer in
            kind.write(child.cells, shards: shards, into: writer)
            if page.hasCreated { writer.write(child.created) }
        }
    }

    /// All children, ordered by their label values.
    private func page(_ format: ExpositionFormat) -> SeriesPage<Kind.Cells> {
        state.withLockedValue { state in
            if let page = state.pages[format] { return page }
            let children = state.children.values.sorted { $0.labels.lexicographicallyPrecedes($1.labels) }
            let page = SeriesPage(
                family: family, format: format, children: children, lines: kind.lines, hasCreated: kind.hasCreated)
            state.pages[format] = page
            return page
        }
    }

    private static func makeChild(_ labels: Labels, _ kind: Kind) -> Child<Kind.Cells> {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return Child(
            labels: labels.labelValues, cells: kind.makeCells(),
            created: Double(now.tv_sec) + (Double(now.tv_nsec) / 1e6).rounded(.down) / 1e3)
    }
}
