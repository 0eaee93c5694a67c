public import NIOConcurrencyHelpers
import Synchronization

/// The children of one family, by label set. The look-up takes a lock; handles do not.
@usableFromInline
final class Children<Labels: LabelSet, Kind: Instrument>: Sendable {
    @usableFromInline
    struct State: Sendable {
        @usableFromInline var children: [Labels: Child<Kind.Cells>] = [:]
        /// Whose child it is that is shown with these labels, where they are not the ones it was asked for by: several
        /// label sets may be shown alike.
        var owners: [[LabelPair]: Labels] = [:]
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
            let shown = Self.shown(labels)
            if let owner = state.owners[shown], let child = state.children[owner] { return child.cells }
            if state.children.count >= family.limit { return overflow(&state) }
            let child = makeChild(shown)
            state.children[labels] = child
            note(labels, shown, &state)
            state.pages = [:]
            table.set(kind.offset(of: child.cells), for: labels)
            return child.cells
        }
    }

    func remove(_ labels: Labels) {
        state.withLockedValue { state in
            let shown = Self.shown(labels)
            let owner = state.owners.removeValue(forKey: shown) ?? labels
            guard let child = state.children.removeValue(forKey: owner) else { return }
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

    /// Remembers what a child is shown with where others may be shown alike, and counts what was cut.
    private func note(_ labels: Labels, _ shown: [LabelPair], _ state: inout State) {
        let asked = labels.labelPairs
        let longest = MetricFamily.maximumLabelValueLength
        shared.truncatedLabelValues.wrappingAdd(
            asked.count { $0.value.utf8.count > longest }, ordering: .relaxed)
        if asked != shown || asked.contains(where: { $0.value.utf8.count == longest }) { state.owners[shown] = labels }
    }

    /// The labels with values of at most ``MetricFamily/maximumLabelValueLength`` bytes, cut between two characters,
    /// and without the null character, which ends a text for some readers.
    private static func shown(_ labels: Labels) -> [LabelPair] {
        labels.labelPairs.map { label in
            let longest = MetricFamily.maximumLabelValueLength
            guard label.value.utf8.count > longest || label.value.utf8.contains(0) else { return label }
            var value = ""
            for scalar in label.value.unicodeScalars {
                let scalar = scalar == "\0" ? "\u{fffd}" : scalar
                if value.utf8.count + UTF8.width(scalar) > longest { break }
                value.unicodeScalars.append(scalar)
            }
            return LabelPair(label.name, value)
        }
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
            family: family, isOpen: table.count == 0 && Labels.self != NoLabels.self,
            droppedSeries: shared.droppedSeries.load(ordering: .relaxed),
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
