/// A declared family of facts: its labels say them, its value is 1.
public struct InfoFamily<Labels: LabelSet>: Sendable {
    public let family: MetricFamily

    /// - Parameter name: ends in `_info`.
    public init(_ name: String, _ help: String) {
        family = MetricFamily(name: name, kind: .info, help: help, labelNames: Labels.labelNames)
    }
}
