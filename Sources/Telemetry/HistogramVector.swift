/// The children of one histogram family. Ask for a child once and keep the handle.
public struct HistogramVector<Labels: LabelSet>: Sendable {
    let children: Children<Labels, HistogramInstrument>

    /// The child with these labels, made on first use.
    public subscript(labels: Labels) -> Histogram {
        Histogram(children[labels])
    }

    /// Drops a child: its series vanishes from the next exposition. What a handle that is still held records is lost.
    public func remove(_ labels: Labels) {
        children.remove(labels)
    }
}
