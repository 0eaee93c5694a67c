/// A label whose values are a closed set: an enumeration of strings.
public protocol LabelValue: RawRepresentable, CaseIterable, Hashable, Sendable where RawValue == String {
    static var labelName: String { get }
}

/// The label set of a family with one closed label.
public struct Label<Value: LabelValue>: LabelSet {
    public let value: Value

    public init(_ value: Value) {
        self.value = value
    }

    public static var labelNames: [String] { [Value.labelName] }
    public var labelValues: [String] { [value.rawValue] }
    /// Every child the family can have.
    public static var all: [Self] { Value.allCases.map { Self($0) } }
}
