/// The children of one counter family. Ask for a child once and keep the handle.
public struct CounterVector<Labels: LabelSet>: Sendable {
    @usableFromInline let children: Children<Labels, CounterInstrument>
    @usableFromInline let table: ChildTable

    init(children: Children<Labels, CounterInstrument>) {
        self.children = children
        table = children.table
    }

    /// The child with these labels, made on first use.
    @inlinable
    public subscript(labels: Labels) -> Counter {
        Counter(block: children[labels], isShared: children.kind.isShared)
    }

    /// Drops a child: its series vanishes from the next exposition. What a handle that is still held records is lost.
    /// A child of a closed label set keeps its value and shows it again when it is asked for again.
    public func remove(_ labels: Labels) {
        children.remove(labels)
    }
}

extension CounterVector where Labels: ClosedLabelSet {
    /// Adds one to the child with these labels.
    @inlinable
    @inline(__always)
    public func increment(_ labels: Labels) {
        guard let offset = table.offset(labels), !children.kind.isShared else { return self[labels].increment() }
        Shards.own().addWhole(1, at: offset)
    }

    /// Adds a whole amount to the child with these labels. A negative one is ignored.
    @inlinable
    @inline(__always)
    public func increment(_ labels: Labels, by amount: Int) {
        guard amount > 0 else { return }
        guard let offset = table.offset(labels), !children.kind.isShared else {
            return self[labels].increment(by: amount)
        }
        Shards.own().addWhole(UInt64(truncatingIfNeeded: amount), at: offset)
    }
}
