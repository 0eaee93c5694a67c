/// The label set of a family with one closed label.
public struct Label<Value: LabelValue>: ClosedLabelSet {
    public let value: Value

    @inlinable
    public init(_ value: Value) {
        self.value = value
    }

    public static var labelNames: [String] { [Value.labelName] }
    public var labelValues: [String] { [value.rawValue] }
    /// Every child the family can have.
    public static var all: [Self] { Value.allCases.map { Self($0) } }
    public static var radices: LabelRadices { LabelRadices() }

    @inlinable
    @inline(__always)
    public func ordinal(_ radices: LabelRadices) -> Int { value.ordinal }
}
