public import CoreMetrics

/// Brings what libraries record through swift-metrics into a registry
/// (`MetricsSystem.bootstrap(RegistryMetricsFactory(registry))`).
///
/// Names and labels become legal ones: other characters than letters, digits and `_` turn into `_`, capital letters in
/// the middle into `_` and a small one. Counters end in `_total`, timers in `_seconds`. A recorder that aggregates is a
/// histogram, one that does not a gauge. A name that a family of another type has already is not recorded.
public struct RegistryMetricsFactory: MetricsFactory {
    private let registry: Registry
    private let upperBounds: [Double]

    /// - Parameter upperBounds: of the classic buckets of all timers and recorders.
    public init(
        _ registry: Registry,
        upperBounds: [Double] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
    ) {
        self.registry = registry
        self.upperBounds = upperBounds
    }

    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        guard let counter = counter(label, dimensions) else { return NOOPMetricsHandler.instance }
        return BridgedCounter(counter: counter)
    }

    public func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        guard let counter = counter(label, dimensions) else { return NOOPMetricsHandler.instance }
        return BridgedCounter(counter: counter)
    }

    public func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        if aggregate {
            guard let histogram = histogram(BridgedName(label).measure, label, dimensions) else {
                return NOOPMetricsHandler.instance
            }
            return BridgedRecorder(histogram: histogram)
        }
        guard let gauge = gauge(label, dimensions) else { return NOOPMetricsHandler.instance }
        return BridgedGauge(gauge: gauge)
    }

    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        guard let gauge = gauge(label, dimensions) else { return NOOPMetricsHandler.instance }
        return BridgedGauge(gauge: gauge)
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        guard let histogram = histogram(BridgedName(label).timer, label, dimensions) else {
            return NOOPMetricsHandler.instance
        }
        return BridgedTimer(histogram: histogram)
    }

    // Series stay until the process ends: who destroys a handler may make it again, and a counter must not start anew.
    public func destroyCounter(_ handler: any CounterHandler) {}
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    public func destroyRecorder(_ handler: any RecorderHandler) {}
    public func destroyMeter(_ handler: any MeterHandler) {}
    public func destroyTimer(_ handler: any TimerHandler) {}

    private func counter(_ label: String, _ dimensions: [(String, String)]) -> Counter? {
        let declared = CounterFamily<DynamicLabels>(BridgedName(label).counter, Self.help(label))
        let children: Children<DynamicLabels, CounterInstrument>? = registry.bridge(
            declared.family, CounterInstrument(isShared: false))
        return children.map { CounterVector(children: $0)[Self.labels(dimensions)] }
    }

    private func gauge(_ label: String, _ dimensions: [(String, String)]) -> Gauge? {
        let declared = GaugeFamily<DynamicLabels>(BridgedName(label).measure, Self.help(label))
        let children: Children<DynamicLabels, GaugeInstrument>? = registry.bridge(declared.family, GaugeInstrument())
        return children.map { GaugeVector(children: $0)[Self.labels(dimensions)] }
    }

    private func histogram(_ name: String, _ label: String, _ dimensions: [(String, String)]) -> Histogram? {
        let declared = HistogramFamily<DynamicLabels>(name, Self.help(label), upperBounds: upperBounds)
        let children: Children<DynamicLabels, HistogramInstrument>? = registry.bridge(
            declared.family, HistogramInstrument(declared))
        return children.map { HistogramVector(children: $0)[Self.labels(dimensions)] }
    }

    private static func help(_ label: String) -> String { "Recorded by a library as \(label)." }

    private static func labels(_ dimensions: [(String, String)]) -> DynamicLabels {
        var pairs: [LabelPair] = []
        for (name, value) in dimensions {
            let name = BridgedName(name).label
            if !pairs.contains(where: { $0.name == name }) { pairs.append(LabelPair(name, value)) }
        }
        return DynamicLabels(labelPairs: pairs)
    }
}

extension Registry {
    /// The children of a family that a library declares; nil when its name belongs to another one.
    fileprivate func bridge<Kind: Instrument>(
        _ family: MetricFamily, _ kind: Kind
    ) -> Children<DynamicLabels, Kind>? {
        guard family.problems.isEmpty else { return nil }
        return registerIfFree(family, known: [], kind: kind)
    }
}
