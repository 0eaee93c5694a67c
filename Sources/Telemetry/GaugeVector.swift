/// The children of one gauge family. Ask for a child once and keep the handle.
public struct GaugeVector<Labels: LabelSet>: Sendable {
    @usableFromInline let children: Children<Labels, GaugeInstrument>

    /// The child with these labels, made on first use.
    @inlinable
    public subscript(labels: Labels) -> Gauge {
        Gauge(block: children[labels])
    }

    /// Drops a child: its series vanishes from the next exposition. What a handle that is still held records is lost.
    /// A child of a closed label set keeps its value and shows it again when it is asked for again.
    public func remove(_ labels: Labels) {
        children.remove(labels)
    }
}
