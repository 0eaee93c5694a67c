public import Synchronization

/// Where the cells of each member of a closed label set are.
///
/// The memory belongs to ``Children``, which every copy's owner holds on to.
///
/// `@unchecked Sendable`: needs no lock, the entries are atomic.
@usableFromInline
struct ChildTable: @unchecked Sendable {
    /// The offset of each member's cells plus one; 0 while there is no such child.
    @usableFromInline let entries: UnsafeMutablePointer<Synchronization.Atomic<Int>>?
    @usableFromInline let radices: LabelRadices
    @usableFromInline let count: Int

    /// A table for a closed label set, an empty one for every other.
    init<Labels: LabelSet>(_ type: Labels.Type) {
        func measured<Closed: ClosedLabelSet>(_ closed: Closed.Type) -> (LabelRadices, Int) {
            let radices = Closed.radices
            let members = Closed.all
            if let member = members.first {
                for case let value as any LabelValue in Mirror(reflecting: member).children.map(\.value) {
                    precondition(
                        Mirror(reflecting: value).displayStyle == .enum,
                        "\(Swift.type(of: value)) is no enumeration: its values are no closed set")
                }
            }
            for (ordinal, member) in members.enumerated() {
                precondition(
                    member.ordinal(radices) == ordinal,
                    "\(Closed.self): the ordinal of \(member.labelValues) is not its place in the list")
            }
            return (radices, members.count)
        }
        guard let closed = type as? any ClosedLabelSet.Type else {
            entries = nil
            radices = LabelRadices()
            count = 0
            return
        }
        (radices, count) = measured(closed)
        let memory = UnsafeMutablePointer<Synchronization.Atomic<Int>>.allocate(capacity: count)
        for index in 0..<count { (memory + index).initialize(to: Synchronization.Atomic(0)) }
        entries = memory
    }

    func deallocate() {
        entries?.deinitialize(count: count)
        entries?.deallocate()
    }

    @inlinable
    @inline(__always)
    func offset<Labels: ClosedLabelSet>(_ labels: Labels) -> Int? {
        let ordinal = labels.ordinal(radices)
        // Out of range is a value that `allCases` leaves out.
        guard let entries, ordinal < count else { return nil }
        let offset = entries[ordinal].load(ordering: .relaxed)
        return offset == 0 ? nil : offset &- 1
    }

    /// Notes where a member's cells are; nil when it has none any more. Nothing happens for sets that are not closed.
    func set(_ offset: Int?, for labels: some LabelSet) {
        guard let entries, let closed = labels as? any ClosedLabelSet else { return }
        let ordinal = closed.ordinal(radices)
        guard ordinal < count else { return }
        entries[ordinal].store(offset.map { $0 + 1 } ?? 0, ordering: .relaxed)
    }
}
