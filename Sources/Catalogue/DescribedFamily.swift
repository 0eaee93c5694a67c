public import Telemetry

/// A family of the catalogue with what its labels can hold.
public struct DescribedFamily: Sendable {
    /// One label of a family.
    public struct Label: Sendable {
        public let name: String
        /// The closed set of its values; empty where they are known only at run time.
        public let values: [String]
        /// What its values are, where they are not a closed set.
        public let meaning: String?
    }

    public let family: MetricFamily
    public let labels: [Label]
    /// Registers the family, so that it is exposed also where nothing asks for its handles.
    let register: @Sendable (Registry) -> Void

    init<Labels: LabelSet>(_ declared: CounterFamily<Labels>) {
        self.init(declared.family, known: declared.known) { registry in
            let _: CounterVector<Labels> = registry.counter(declared)
        }
    }

    init<Labels: LabelSet>(_ declared: GaugeFamily<Labels>) {
        self.init(declared.family, known: declared.known) { registry in
            let _: GaugeVector<Labels> = registry.gauge(declared)
        }
    }

    init<Labels: LabelSet>(_ declared: HistogramFamily<Labels>) {
        self.init(declared.family, known: declared.known) { registry in
            let _: HistogramVector<Labels> = registry.histogram(declared)
        }
    }

    init<Labels: LabelSet>(_ declared: InfoFamily<Labels>) {
        self.init(declared.family, known: [Labels]()) { _ in }
    }

    init<Labels: LabelSet, State: LabelValue>(_ declared: StateSetFamily<Labels, State>) {
        self.init(declared.family, known: declared.known) { registry in
            let _: StateSetVector<Labels, State> = registry.stateSet(declared)
        }
    }

    private init<Labels: LabelSet>(
        _ family: MetricFamily, known: [Labels], register: @escaping @Sendable (Registry) -> Void
    ) {
        self.family = family
        self.register = register
        let meanings = (Labels.self as? any DescribedLabelSet.Type)?.labelMeanings
        labels = Labels.labelNames.enumerated().map { index, name in
            var values: [String] = []
            for value in known.map({ $0.labelValues[index] }) where !values.contains(value) { values.append(value) }
            return Label(name: name, values: values, meaning: meanings?[index])
        }
    }

    /// The base unit that the name ends with (before `_total`), or nothing.
    public var unit: String {
        var name = family.name[...]
        if name.hasSuffix("_total") { name = name.dropLast(6) }
        return ["seconds", "bytes"].first { name.hasSuffix("_" + $0) } ?? ""
    }
}
