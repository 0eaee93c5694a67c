/// Gives out the ports of some ranges, each at most once until it is released. Goes round a range, so that a port just
/// released is the last to be given again.
public struct PortAllocator: Sendable, Hashable {
    /// The range that is used where none is named.
    public let range: ClosedRange<Int>
    public private(set) var taken: Set<Int> = []
    /// Where the search in a range goes on.
    private var next: [ClosedRange<Int>: Int] = [:]

    public init(range: ClosedRange<Int>) {
        self.range = range
    }

    /// Ports of `range` that are taken.
    public var usedCount: Int { taken.count(where: range.contains) }

    /// The next free port of a range; nil when all are taken.
    public mutating func allocate(from wanted: ClosedRange<Int>? = nil) -> Int? {
        let range = wanted ?? range
        for _ in range {
            let candidate = next[range] ?? range.lowerBound
            next[range] = candidate == range.upperBound ? range.lowerBound : candidate + 1
            if taken.insert(candidate).inserted { return candidate }
        }
        return nil
    }

    /// Takes one port, of the range or not; false when it is taken already.
    public mutating func take(_ port: Int) -> Bool {
        taken.insert(port).inserted
    }

    public mutating func release(_ port: Int) {
        taken.remove(port)
    }
}

extension PortAllocator {
    /// Takes over what is really in use; everything else becomes free.
    public mutating func synchronize(inUse ports: Set<Int>) {
        taken = ports
    }
}
