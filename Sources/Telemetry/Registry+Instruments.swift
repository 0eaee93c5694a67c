extension Registry {
    /// Registers a counter family, or returns its children when it is registered already.
    public func counter<Labels>(_ declared: CounterFamily<Labels>) -> CounterVector<Labels> {
        CounterVector(
            children: register(
                declared.family, known: declared.known,
                kind: CounterInstrument(isShared: declared.storage == .shared)))
    }

    /// Registers a gauge family, or returns its children when it is registered already.
    public func gauge<Labels>(_ declared: GaugeFamily<Labels>) -> GaugeVector<Labels> {
        GaugeVector(children: register(declared.family, known: declared.known, kind: GaugeInstrument()))
    }

    /// Registers a histogram family, or returns its children when it is registered already.
    public func histogram<Labels>(_ declared: HistogramFamily<Labels>) -> HistogramVector<Labels> {
        HistogramVector(
            children: register(declared.family, known: declared.known, kind: HistogramInstrument(declared)))
    }

    /// Registers a state set family, or returns its children when it is registered already.
    public func stateSet<Labels, State>(_ declared: StateSetFamily<Labels, State>) -> StateSetVector<Labels, State> {
        StateSetVector(
            children: register(declared.family, known: declared.known, kind: StateSetInstrument(State.self)))
    }

    /// Registers an information family and exposes it with these labels, as 1.
    public func info<Labels>(_ declared: InfoFamily<Labels>, _ labels: Labels) {
        let children = register(declared.family, known: [Labels](), kind: GaugeInstrument())
        Gauge(block: children[labels]).set(1)
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

    /// Gauge without labels whose value is asked for at each exposition. `value` must not block.
    public func gauge(_ declared: GaugeFamily<NoLabels>, value: @escaping @Sendable () -> Double) {
        let gauge: Gauge = gauge(declared)
        onCollect { gauge.set(value()) }
    }

    /// Histogram without labels.
    public func histogram(_ declared: HistogramFamily<NoLabels>) -> Histogram {
        let vector: HistogramVector<NoLabels> = histogram(declared)
        return vector[NoLabels()]
    }

    /// State set without labels.
    public func stateSet<State>(_ declared: StateSetFamily<NoLabels, State>) -> StateSet<State> {
        let vector: StateSetVector<NoLabels, State> = stateSet(declared)
        return vector[NoLabels()]
    }

    /// A gauge of the library's own.
    func ownGauge(_ name: String, _ help: String) -> Gauge {
        let family = GaugeFamily<NoLabels>(name, help).family
        let children = register(family, known: [NoLabels](), kind: GaugeInstrument(), isOwn: true)
        return Gauge(block: children[NoLabels()])
    }

    /// Registers a counter family whose totals are kept elsewhere and are set, not added to.
    public func observedCounter<Labels>(_ declared: CounterFamily<Labels>) -> ObservedCounterVector<Labels> {
        let kind = ObservedCounterInstrument(created: WallClock.milliseconds())
        return ObservedCounterVector(children: register(declared.family, known: declared.known, kind: kind))
    }

    /// Observed counters of the library's own.
    func ownObservedCounter<Labels>(
        _ declared: CounterFamily<Labels>, since created: Int64 = WallClock.milliseconds()
    ) -> ObservedCounterVector<Labels> {
        let kind = ObservedCounterInstrument(created: created)
        return ObservedCounterVector(
            children: register(declared.family, known: declared.known, kind: kind, isOwn: true))
    }
}

extension HistogramInstrument {
    init<Labels>(_ declared: HistogramFamily<Labels>) {
        self.init(
            layout: HistogramLayout(
                schema: max(0, declared.native.schema), classicBounds: declared.family.upperBounds),
            bucketing: declared.native, isShared: declared.storage == .shared)
    }
}
