/// What a family is called and what it means: the part of a metric that is known before the program runs.
///
/// Names follow promlint: base units, `_total` for counters only, no type in the name.
public struct MetricFamily: Sendable, Hashable {
    /// The metric types of OpenMetrics that are of use here.
    public enum Kind: String, Sendable {
        case counter
        case gauge
        case histogram
        /// Facts as labels, with the value 1.
        case info
        /// One series for each state, exactly one of them 1.
        case stateSet = "stateset"
    }

    /// Children that a family may have unless it says otherwise.
    public static let defaultLimit = 2000
    /// Longer label values are cut, in bytes of UTF-8, and counted.
    public static let maximumLabelValueLength = 256
    /// The value of every label of the child that stands for all those beyond the limit.
    public static let overflowLabelValue = "_overflow"

    /// The full exposed name, `_total` and `_info` included.
    public let name: String
    public let kind: Kind
    /// One sentence, no line break needed.
    public let help: String
    public let labelNames: [String]
    /// Upper bounds of a histogram's buckets in ascending order, without `+Inf`; empty for other kinds.
    public let upperBounds: [Double]
    /// Children that the family may have; what comes after shares one overflow child and is counted.
    public let limit: Int
    /// Whether the name is one that must stay although it breaks a naming rule.
    public let hasEarlierName: Bool

    init(
        name: String, kind: Kind, help: String, labelNames: [String], upperBounds: [Double] = [],
        limit: Int = defaultLimit, hasEarlierName: Bool = false
    ) {
        self.name = name
        self.kind = kind
        self.help = help
        self.labelNames = labelNames
        self.upperBounds = upperBounds
        self.limit = limit
        self.hasEarlierName = hasEarlierName
    }
}
