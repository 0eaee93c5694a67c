import Synchronization

/// The set of families that one process exposes.
///
/// Registering is done once, when the program is composed; recording goes through the handles and never touches the
/// registry. All calls are safe from any thread.
public final class Registry: Sendable {
    private struct Entry {
        let family: MetricFamily
        let children: any Sendable
        let write: @Sendable (inout TextExposition) -> Void
    }

    private let entries = Mutex<[String: Entry]>([:])
    private let collectors = Mutex<[@Sendable () -> Void]>([])

    public init() {}

    /// Registers a counter family, or returns its children when it is registered already.
    public func counter<Labels>(_ declared: CounterFamily<Labels>) -> CounterVector<Labels> {
        let family = declared.family
        let children = register(family) {
            Children<Labels, CounterCell>(known: declared.known) { CounterCell() }
        } write: { children, text in
            for (labels, cell) in children.snapshot() {
                text.sample(family.name, family.labelNames, labels, cell.value)
            }
        }
        return CounterVector(children: children)
    }

    /// Registers a gauge family, or returns its children when it is registered already.
    public func gauge<Labels>(_ declared: GaugeFamily<Labels>) -> GaugeVector<Labels> {
        let family = declared.family
        let children = register(family) {
            Children<Labels, GaugeCell>(known: declared.known) { GaugeCell() }
        } write: { children, text in
            for (labels, cell) in children.snapshot() {
                text.sample(family.name, family.labelNames, labels, cell.current.value)
            }
        }
        return GaugeVector(children: children)
    }

    /// Registers a histogram family, or returns its children when it is registered already.
    public func histogram<Labels>(_ declared: HistogramFamily<Labels>) -> HistogramVector<Labels> {
        let family = declared.family
        let bounds = family.upperBounds
        let children = register(family) {
            Children<Labels, HistogramCell>(known: declared.known) { HistogramCell(upperBounds: bounds) }
        } write: { children, text in
            for (labels, cell) in children.snapshot() {
                let (counts, sum) = cell.snapshot()
                text.histogram(family, labels, counts: counts, sum: sum)
            }
        }
        return HistogramVector(children: children)
    }

    /// Counter without labels.
    public func counter(_ declared: CounterFamily<NoLabels>) -> Counter {
        let vector: CounterVector<NoLabels> = counter(declared)
        return vector[NoLabels()]
    }

    /// Gauge without labels.
    public func gauge(_ declared: GaugeFamily<NoLabels>) -> Gauge {
        let vector: GaugeVector<NoLabels> = gauge(declared)
        return vector[NoLabels()]
    }

    /// Histogram without labels.
    public func histogram(_ declared: HistogramFamily<NoLabels>) -> Histogram {
        let vector: HistogramVector<NoLabels> = histogram(declared)
        return vector[NoLabels()]
    }

    /// A counter whose total is kept elsewhere (by the kernel, say) and is set at each exposition.
    func observedCounter(_ name: String, _ help: String) -> Gauge {
        let family = CounterFamily<NoLabels>(name, help).family
        let children = register(family) {
            Children<NoLabels, GaugeCell>(known: []) { GaugeCell() }
        } write: { children, text in
            for (labels, cell) in children.snapshot() {
                text.sample(family.name, family.labelNames, labels, cell.current.value)
            }
        }
        return Gauge(cell: children[NoLabels()])
    }

    /// Runs before each exposition, to bring gauges up to date. It must not block.
    public func onCollect(_ update: @escaping @Sendable () -> Void) {
        collectors.withLock { $0.append(update) }
    }

    /// Every registered family, by name.
    public var families: [MetricFamily] {
        entries.withLock { $0.values.map(\.family) }.sorted { $0.name < $1.name }
    }

    /// All series in the Prometheus text format 0.0.4, families ordered by name.
    public func textExposition() -> [UInt8] {
        for update in collectors.withLock({ $0 }) { update() }
        var text = TextExposition()
        for entry in entries.withLock({ $0.values.sorted { $0.family.name < $1.family.name } }) {
            text.header(entry.family)
            entry.write(&text)
        }
        return text.bytes
    }

    private func register<Labels, Cell>(
        _ family: MetricFamily, make: () -> Children<Labels, Cell>,
        write: @escaping @Sendable (Children<Labels, Cell>, inout TextExposition) -> Void
    ) -> Children<Labels, Cell> {
        let problems = family.problems
        precondition(problems.isEmpty, problems.joined(separator: "; "))
        return entries.withLock { entries in
            if let entry = entries[family.name] {
                guard let children = entry.children as? Children<Labels, Cell>, entry.family == family else {
                    preconditionFailure("\(family.name) is registered already with another type or other labels")
                }
                return children
            }
            let children = make()
            entries[family.name] = Entry(family: family, children: children) { write(children, &$0) }
            return children
        }
    }
}
