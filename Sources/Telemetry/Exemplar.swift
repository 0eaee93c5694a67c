/// An example of what was counted: labels that lead to it, `trace_id` above all, its value and when it was seen.
public struct Exemplar: Sendable, Hashable {
    /// OpenMetrics 1.0 allows 128 characters, names and values together.
    public static let maximumLabelLength = 128

    public let labels: [LabelPair]
    public let value: Double
    /// Seconds since the Unix epoch.
    public let timestamp: Double

    public init(labels: [LabelPair], value: Double, timestamp: Double) {
        self.labels = labels
        self.value = value
        self.timestamp = timestamp
    }
}
