import NIOConcurrencyHelpers

/// The set of families that one process exposes.
///
/// Registering is done once, when the program is composed; recording goes through the handles and never touches the
/// registry. All calls are safe from any thread.
public final class Registry: Sendable {
    private struct Entry {
        let family: MetricFamily
        let children: any Sendable
        let write: @Sendable (SampleWriter, ExpositionFormat, [UnsafeMutablePointer<Shards.Cell>]) -> Void
    }

    private struct State {
        var entries: [String: Entry] = [:]
        /// By name.
        var ordered: [Entry] = []
        var collectors: [@Sendable () -> Void] = []
    }

    private let state = NIOLockedValueBox(State())

    public init() {}

    /// Registers a counter family, or returns its children when it is registered already.
    public func counter<Labels>(_ declared: CounterFamily<Labels>) -> CounterVector<Labels> {
        CounterVector(children: register(declared.family, known: declared.known, kind: CounterInstrument()))
    }

    /// Registers a gauge family, or returns its children when it is registered already.
    public func gauge<Labels>(_ declared: GaugeFamily<Labels>) -> GaugeVector<Labels> {
        GaugeVector(children: register(declared.family, known: declared.known, kind: GaugeInstrument()))
    }

    /// Registers a histogram family, or returns its children when it is registered already.
    public func histogram<Labels>(_ declared: HistogramFamily<Labels>) -> HistogramVector<Labels> {
        let layout = HistogramLayout(schema: declared.schema, classicBounds: declared.family.upperBounds)
        return HistogramVector(
            children: register(declared.family, known: declared.known, kind: HistogramInstrument(layout: layout)))
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
        let children = register(family, known: [NoLabels](), kind: GaugeInstrument())
        return Gauge(block: children[NoLabels()])
    }

    /// Runs before each exposition, to bring gauges up to date. It must not block.
    public func onCollect(_ update: @escaping @Sendable () -> Void) {
        state.withLockedValue { $0.collectors.append(update) }
    }

    /// Every registered family, by name.
    public var families: [MetricFamily] {
        state.withLockedValue { $0.ordered.map(\.family) }
    }

    /// All series, families ordered by name.
    public func exposition(_ format: ExpositionFormat = .text) -> [UInt8] {
        withExposition(format) { Array($0) }
    }

    /// Hands all series to `body`, from a buffer that is kept for the next exposition.
    public func withExposition<Result>(
        _ format: ExpositionFormat, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
    ) rethrows -> Result {
        let (entries, collectors) = state.withLockedValue { ($0.ordered, $0.collectors) }
        for update in collectors { update() }
        let shards = Shards.all()
        return try ScrapeBuffers.withBuffer { writer in
            for entry in entries { entry.write(writer, format, shards) }
            if format == .openMetrics { writer.writeEnd() }
            return try body(writer.bytes)
        }
    }

    private func register<Labels, Kind>(
        _ family: MetricFamily, known: [Labels], kind: Kind
    ) -> Children<Labels, Kind> {
        let problems = family.problems
        precondition(problems.isEmpty, problems.joined(separator: "; "))
        return state.withLockedValue { state in
            if let entry = state.entries[family.name] {
                guard let children = entry.children as? Children<Labels, Kind>, entry.family == family else {
                    preconditionFailure("\(family.name) is registered already with another type or other labels")
                }
                return children
            }
            let children = Children(family: family, known: known, kind: kind)
            state.entries[family.name] = Entry(family: family, children: children) { writer, format, shards in
                children.write(to: writer, format: format, shards: shards)
            }
            state.ordered = state.entries.values.sorted { $0.family.name < $1.family.name }
            return children
        }
    }
}
