/// A declared counter family.
public struct CounterFamily<Labels: LabelSet>: Sendable {
    public let family: MetricFamily
    /// Children that exist, at zero, from the start, so that a rate is defined before the first event.
    public let known: [Labels]
    public let storage: CounterStorage

    /// - Parameters:
    ///   - name: ends in `_total`.
    ///   - known: the closed set of label values; leave empty where values are only known at run time.
    ///   - limit: children that the family may have.
    public init(
        _ name: String, _ help: String, storage: CounterStorage = .perThread, known: [Labels] = [],
        limit: Int = MetricFamily.defaultLimit
    ) {
        family = MetricFamily(
            name: name, kind: .counter, help: help, labelNames: Labels.labelNames, limit: max(limit, known.count))
        self.known = known
        self.storage = storage
    }
}
