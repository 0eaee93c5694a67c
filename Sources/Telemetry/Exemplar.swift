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

    /// An example seen now; nil when its labels are longer than ``maximumLabelLength`` or hold a null character.
    @usableFromInline
    init?(_ labels: [LabelPair], value: Double) {
        let length = labels.reduce(0) { $0 + $1.name.unicodeScalars.count + $1.value.unicodeScalars.count }
        guard length <= Self.maximumLabelLength, !labels.contains(where: { $0.value.utf8.contains(0) }) else {
            return nil
        }
        self.init(labels: labels, value: value, timestamp: Double(WallClock.milliseconds()) / 1000)
    }
}
