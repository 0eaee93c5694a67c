/// The children of one counter family. Ask for a child once and keep the handle.
public struct CounterVector<Labels: LabelSet>: Sendable {
    let children: Children<Labels, CounterInstrument>

    /// The child with these labels, made on first use.
    public subscript(labels: Labels) -> Counter {
        Counter(block: children[labels])
    }

    /// Drops a child: its series vanishes from the next exposition. What a handle that is still held records is lost.
    public func remove(_ labels: Labels) {
        children.remove(labels)
    }
}
