/// A declared family of states, of which exactly one is on: one series for each, with the value 0 or 1.
///
/// Where the state's label is named as the family, OpenMetrics shows it as a `stateset`; else it is a gauge, as it is
/// in the other formats.
public struct StateSetFamily<Labels: LabelSet, State: LabelValue>: Sendable {
    public let family: MetricFamily
    /// Children that exist, in the first state, from the start.
    public let known: [Labels]

    public init(_ name: String, _ help: String, known: [Labels] = [], limit: Int = MetricFamily.defaultLimit) {
        family = MetricFamily(
            name: name, kind: .stateSet, help: help, labelNames: Labels.labelNames + [State.labelName],
            limit: max(limit, known.count))
        self.known = known
    }
}
