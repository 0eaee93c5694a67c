/// A declared gauge family.
public struct GaugeFamily<Labels: LabelSet>: Sendable {
    public let family: MetricFamily
    /// Children that exist, at zero, from the start.
    public let known: [Labels]

    public init(_ name: String, _ help: String, known: [Labels] = [], limit: Int = MetricFamily.defaultLimit) {
        family = MetricFamily(
            name: name, kind: .gauge, help: help, labelNames: Labels.labelNames, limit: max(limit, known.count))
        self.known = known
    }
}
