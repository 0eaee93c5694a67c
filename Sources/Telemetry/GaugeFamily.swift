/// A declared gauge family.
public struct GaugeFamily<Labels: LabelSet>: Sendable {
    public let family: MetricFamily
    /// Children that exist, at zero, from the start.
    public let known: [Labels]

    /// - Parameters:
    ///   - limit: children that the family may have.
    ///   - hasEarlierName: the name ends in `_total`, which is for counters, and must stay all the same, because
    ///     somebody's queries have it.
    public init(
        _ name: String, _ help: String, known: [Labels] = [], limit: Int = MetricFamily.defaultLimit,
        hasEarlierName: Bool = false
    ) {
        family = MetricFamily(
            name: name, kind: .gauge, help: help, labelNames: Labels.labelNames, limit: max(limit, known.count),
            hasEarlierName: hasEarlierName)
        self.known = known
    }
}
