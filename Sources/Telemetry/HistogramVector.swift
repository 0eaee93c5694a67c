/// The children of one histogram family. Ask for a child once and keep the handle.
public struct HistogramVector<Labels: LabelSet>: Sendable {
    @usableFromInline let children: Children<Labels, HistogramInstrument>
    @usableFromInline let table: ChildTable
    @usableFromInline let layout: HistogramLayout

    init(children: Children<Labels, HistogramInstrument>) {
        self.children = children
        table = children.table
        layout = children.kind.layout
    }

    /// The child with these labels, made on first use.
    @inlinable
    public subscript(labels: Labels) -> Histogram {
        Histogram(children[labels], isShared: children.kind.isShared)
    }

    /// Drops a child: its series vanishes from the next exposition. What a handle that is still held records is lost.
    /// A child of a closed label set keeps its value and shows it again when it is asked for again.
    public func remove(_ labels: Labels) {
        children.remove(labels)
    }
}

extension HistogramVector where Labels: ClosedLabelSet {
    /// Counts one observation for the child with these labels.
    @inlinable
    @inline(__always)
    public func observe(_ value: Double, _ labels: Labels) {
        guard let offset = table.offset(labels), let cell = layout.cell(of: value), !children.kind.isShared else {
            return self[labels].observe(value)
        }
        let shard = Shards.own()
        shard.addWhole(1, at: offset &+ cell &+ 2)
        shard.addFloating(value, at: offset)
    }

    /// Counts one duration, in seconds, for the child with these labels.
    public func observe(_ duration: Duration, _ labels: Labels) {
        observe(duration.inSeconds, labels)
    }
}
