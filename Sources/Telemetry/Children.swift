public import NIOConcurrencyHelpers
import Synchronization

/// The children of one family, by label set. The look-up takes a lock; handles do not.
@usableFromInline
final class Children<Labels: LabelSet, Kind: Instrument>: Sendable {
    @usableFromInline
    struct State: Sendable {
        @usableFromInline var children: [Labels: Child<Kind.Cells>] = [:]
        /// The same children by what is exposed of their labels: where two label sets look the same there, because a
        /// long value was cut, they share one child, so that no series stands twice.
        var series: [[LabelPair]: Child<Kind.Cells>] = [:]
        var hasSharedChildren = false
        /// Stands for every child beyond the family's limit.
        var overflow: Child<Kind.Cells>?
        /// Children of a closed set that were removed. A thread may still be about to record through the table, so that
        /// their cells stay theirs; who asks for them again finds them as they were.
        var retired: [Labels: Child<Kind.Cells>] = [:]
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
        if let child = state.withLockedValue({ $0.children[labels] }) { return child.cells }
        return make(labels)
    }

    @usableFromInline
    @inline(never)
    func make(_ labels: Labels) -> Kind.Cells {
        state.withLockedValue { state in
            if let child = state.children[labels] { return child.cells }
            if state.children.count >= family.limit { return overflow(&state) }
            let child = state.retired.removeValue(forKey: labels) ?? child(labels.labelPairs.map(bounded), &state)
            state.children[labels] = child
            state.series[child.labels] = child
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
                state.retired[labels] = child
            }
            if child === state.overflow { return }
            if state.hasSharedChildren, state.children.values.contains(where: { $0 === child }) { return }
            state.series[child.labels] = nil
            state.pages = [:]
        }
    }

    private func overflow(_ state: inout State) -> Kind.Cells {
        shared.droppedSeries.wrappingAdd(1, ordering: .relaxed)
        if let overflow = state.overflow { return overflow.cells }
        let overflow = child(family.labelNames.map { LabelPair($0, MetricFamily.overflowLabelValue) }, &state)
        state.overflow = overflow
        return overflow.cells
    }

    /// The child that is exposed with these labels.
    private func child(_ labels: [LabelPair], _ state: inout State) -> Child<Kind.Cells> {
        if let child = state.series[labels] {
            state.hasSharedChildren = true
            return child
        }
        let child = Child(labels: labels, cells: kind.makeCells(shared), created: WallClock.milliseconds())
        state.series[labels] = child
        state.pages = [:]
        return child
    }

    /// A label value of at most ``MetricFamily/maximumLabelValueLength`` bytes, cut between two characters. U+0000,
    /// where readers of all formats take it for the end, becomes U+FFFD.
    private func bounded(_ label: LabelPair) -> LabelPair {
        if label.value.utf8.contains(0) {
            return bounded(LabelPair(label.name, String(label.value.map { $0 == "\0" ? "\u{fffd}" : $0 })))
        }
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
            family: family, isOpen: table.count == 0 && Labels.self != NoLabels.self,
            droppedSeries: shared.droppedSeries.load(ordering: .relaxed),
            truncatedLabelValues: shared.truncatedLabelValues.load(ordering: .relaxed),
            nonFinite: shared.nonFinite.load(ordering: .relaxed))
    }

    /// All children, ordered by their label values.
    private func ordered(_ state: State) -> [Child<Kind.Cells>] {
        state.series.values.sorted {
            $0.labels.lexicographicallyPrecedes($1.labels) { $0.value < $1.value }
        }
    }
}
