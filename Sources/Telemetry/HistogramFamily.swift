/// A declared histogram family.
public struct HistogramFamily<Labels: LabelSet>: Sendable {
    public let family: MetricFamily
    public let native: NativeBucketing
    /// Children that exist, empty, from the start.
    public let known: [Labels]
    public let storage: CounterStorage

    /// - Parameters:
    ///   - upperBounds: of the classic buckets: strictly ascending and finite; `+Inf` is added by the exposition.
    ///   - native: resolution and limits of the native buckets.
    ///   - limit: children that the family may have.
    public init(
        _ name: String, _ help: String, upperBounds: [Double], native: NativeBucketing = NativeBucketing(),
        storage: CounterStorage = .perThread, known: [Labels] = [], limit: Int = MetricFamily.defaultLimit
    ) {
        if let problem = native.problem { preconditionFailure("\(name): \(problem)") }
        self.native = native
        self.storage = storage
        self.known = known
        family = MetricFamily(
            name: name, kind: .histogram, help: help, labelNames: Labels.labelNames, upperBounds: upperBounds,
            limit: max(limit, known.count))
    }
}
