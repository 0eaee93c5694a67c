/// Gives out the ports of a range, each at most once until it is released. Goes round the range, so that a port just
/// released is the last to be given again.
public struct PortAllocator: Sendable, Hashable {
    public let range: ClosedRange<Int>
    public internal(set) var taken: Set<Int> = []
    private var next: Int

    public init(range: ClosedRange<Int>) {
        self.range = range
        self.next = range.lowerBound
    }

    /// The next free port; nil when all are taken.
    public mutating func allocate() -> Int? {
        for _ in range {
            let candidate = next
            next = candidate == range.upperBound ? range.lowerBound : candidate + 1
            if taken.insert(candidate).inserted { return candidate }
        }
        return nil
    }

    /// Marks a port as taken by an engine that was found; ports outside the range are of no interest.
    public mutating func claim(_ port: Int) {
        if range.contains(port) { taken.insert(port) }
    }

    public mutating func release(_ port: Int) {
        taken.remove(port)
    }
}

extension PortAllocator {
    /// Takes over what is really in use; everything else becomes free.
    public mutating func synchronize(inUse ports: Set<Int>) {
        taken = ports.filter(range.contains)
    }
}
