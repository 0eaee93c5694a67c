/// The labels of one metric family as a Swift type.
///
/// A family is declared with its label type, so that a child can only be asked for with every label present and, where
/// the values are a closed set, only with values of that set.
public protocol LabelSet: Hashable, Sendable {
    /// Label names in the order they are exposed; each matches `[a-zA-Z_][a-zA-Z0-9_]*`.
    static var labelNames: [String] { get }
    /// One value for each name, in the same order.
    var labelValues: [String] { get }
    /// Names and values together; only sets whose names are known at run time alone have a reason to implement it.
    var labelPairs: [LabelPair] { get }
}

extension LabelSet {
    public var labelPairs: [LabelPair] { zip(Self.labelNames, labelValues).map { LabelPair($0, $1) } }
}

/// The label set of a family that has exactly one child.
public struct NoLabels: LabelSet {
    public static var labelNames: [String] { [] }
    public var labelValues: [String] { [] }

    public init() {}
}
