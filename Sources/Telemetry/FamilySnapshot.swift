/// What one family held at one moment, as values: for tests, remote write and whoever wants to look at a registry from
/// inside the process.
public struct FamilySnapshot: Sendable, Hashable {
    public let family: MetricFamily
    /// Ordered by label values.
    public let children: [ChildSnapshot]

    public init(family: MetricFamily, children: [ChildSnapshot]) {
        self.family = family
        self.children = children
    }
}

/// One child of a family at one moment.
public struct ChildSnapshot: Sendable, Hashable {
    public enum Value: Sendable, Hashable {
        case counter(Double, exemplar: Exemplar?)
        /// Gauges; 1 for an information, 0 or 1 for one state of a state set.
        case gauge(Double)
        case histogram(HistogramSnapshot)
    }

    /// In the order in which they are exposed.
    public let labels: [LabelPair]
    /// When it began to count, in seconds since the Unix epoch; nil for what does not count.
    public let created: Double?
    public let value: Value

    public init(labels: [LabelPair], created: Double?, value: Value) {
        self.labels = labels
        self.created = created
        self.value = value
    }
}
