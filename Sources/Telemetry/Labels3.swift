/// The label set of a family with three closed labels.
public struct Labels3<First: LabelValue, Second: LabelValue, Third: LabelValue>: ClosedLabelSet {
    public let first: First
    public let second: Second
    public let third: Third

    @inlinable
    public init(_ first: First, _ second: Second, _ third: Third) {
        self.first = first
        self.second = second
        self.third = third
    }

    public static var labelNames: [String] { [First.labelName, Second.labelName, Third.labelName] }
    public var labelValues: [String] { [first.rawValue, second.rawValue, third.rawValue] }
    public static var all: [Self] {
        First.allCases.flatMap { first in
            Second.allCases.flatMap { second in Third.allCases.map { Self(first, second, $0) } }
        }
    }
    public static var radices: LabelRadices {
        LabelRadices(second: Second.allCases.count, third: Third.allCases.count)
    }

    @inlinable
    @inline(__always)
    public func ordinal(_ radices: LabelRadices) -> Int {
        (first.ordinal &* radices.second &+ second.ordinal) &* radices.third &+ third.ordinal
    }
}
