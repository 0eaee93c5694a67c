public import NIOConcurrencyHelpers
import Synchronization

/// The children of one family, by label set. The look-up takes a lock; handles do not.
@usableFromInline
final class Children<Labels: LabelSet, Kind: Instrument>: Sendable {
    @usableFromInline
    struct State: Sendable {
        @usableFromInline var children: [Labels: Child<Kind.Cells>] = [:]
        /// Stands for every child beyond the family's limit.
        var overflow: Child<Kind.Cells>?
        /// Children of a closed set that were removed: a thread may still be about to record through the table.
        var retired: [Child<Kind.Cells>] = []
        /// Made at the first exposition after a change.
        var pages: [PageStyle: any FamilyPage] = [:]
    }

    @usableFromInline let state = NIOLockedValueBox(State())
    @usableFromInline let kind: Kind
    let table: ChildTable
    private let family: MetricFamily
    private let shared = FamilyState()

    init(family: MetricFamily, known: [Labels], kind: Kind) {
        self.family = family
        self.kind = kind
        table = ChildTable(Labels.self)
        if let only = NoLabels() as? Labels { _ = make(only) }
        for labels in known { _ = make(labels) }
    }

    deinit {
        table.deallocate()
    }

    @inlinable
    subscript(labels: Labels) -> Kind.Cells {
        state.withLockedValue { $0.children[labels] }?.cells ?? make(labels)
    }

    @usableFromInline
    @inline(never)
    func make(_ labels: Labels) -> Kind.Cells {
        state.withLockedValue { state in
            if let child = state.children[labels] { return child.cells }
            if state.children.count >= family.limit { return overflow(&state) }
            let child = makeChild(labels.labelPairs.map(bounded))
            state.children[labels] = child
            state.pages = [:]
            table.set(kind.offset(of: child.cells), for: labels)
            return child.cells
        }
    }

    func remove(_ labels: Labels) {
        state.withLockedValue { state in
            guard let child = state.children.removeValue(forKey: labels) else { return }
            if table.count > 0 {
                table.set(nil, for: labels)
                state.retired.append(child)
            }
            state.pages = [:]
        }
    }

    private func overflow(_ state: inout State) -> Kind.Cells {
        shared.droppedSeries.wrappingAdd(1, ordering: .relaxed)
        if let overflow = state.overflow { return overflow.cells }
        let overflow = makeChild(family.labelNames.map { LabelPair($0, MetricFamily.overflowLabelValue) })
        state.overflow = overflow
        state.pages = [:]
        return overflow.cells
    }

    private func makeChild(_ labels: [LabelPair]) -> Child<Kind.Cells> {
        Child(labels: labels, cells: kind.makeCells(shared), created: WallClock.milliseconds())
    }

    /// A label value of at most ``MetricFamily/maximumLabelValueLength`` bytes, cut between two characters.
    private func bounded(_ label: LabelPair) -> LabelPair {
        guard label.value.utf8.count > MetricFamily.maximumLabelValueLength else { return label }
        shared.truncatedLabelValues.wrappingAdd(1, ordering: .relaxed)
        var value = ""
        for scalar in label.value.unicodeScalars {
            if value.utf8.count + UTF8.width(scalar) > MetricFamily.maximumLabelValueLength { break }
            value.unicodeScalars.append(scalar)
        }
        return LabelPair(label.name, value)
    }
}

extension Children: RegisteredFamily {
    func page(_ style: PageStyle) -> any FamilyPage {
        state.withLockedValue { state in
            if let page = state.pages[style] { return page }
            let page = kind.page(family, ordered(state), style, shared)
            state.pages[style] = page
            return page
        }
    }

    func snapshot(_ shards: Shards.List, now: Int64) -> FamilySnapshot {
        let children = state.withLockedValue { ordered($0) }
        return FamilySnapshot(family: family, children: children.flatMap { kind.snapshot($0, shards, now: now) })
    }

    var losses: FamilyLosses {
        FamilyLosses(
            family: family.name, droppedSeries: shared.droppedSeries.load(ordering: .relaxed),
            truncatedLabelValues: shared.truncatedLabelValues.load(ordering: .relaxed),
            nonFinite: shared.nonFinite.load(ordering: .relaxed))
    }

    /// All children, ordered by their label values.
    private func ordered(_ state: State) -> [Child<Kind.Cells>] {
        (Array(state.children.values) + (state.overflow.map { [$0] } ?? [])).sorted {
            $0.labels.lexicographicallyPrecedes($1.labels) { $0.value < $1.value }
        }
    }
}
