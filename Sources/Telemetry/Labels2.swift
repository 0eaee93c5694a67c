/// The label set of a family with two closed labels.
public struct Labels2<First: LabelValue, Second: LabelValue>: ClosedLabelSet {
    public let first: First
    public let second: Second

    @inlinable
    public init(_ first: First, _ second: Second) {
        self.first = first
        self.second = second
    }

    public static var labelNames: [String] { [First.labelName, Second.labelName] }
    public var labelValues: [String] { [first.rawValue, second.rawValue] }
    /// Every combination.
    public static var all: [Self] {
        First.allCases.flatMap { first in Second.allCases.map { Self(first, $0) } }
    }
    public static var radices: LabelRadices { LabelRadices(second: Second.allCases.count) }

    @inlinable
    @inline(__always)
    public func ordinal(_ radices: LabelRadices) -> Int { first.ordinal &* radices.second &+ second.ordinal }

    /// One value with each of several others, for families in which not every combination occurs.
    public static func each(_ first: First, _ seconds: [Second]) -> [Self] {
        seconds.map { Self(first, $0) }
    }
}
