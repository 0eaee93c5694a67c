public import Telemetry

/// A metric under its earlier name, brought up to date from today's family before each exposition.
public struct LegacyShadow: Sendable {
    /// The service that has the data.
    public enum Service: String, Sendable {
        case proxy = "weir-proxy"
        case orchestrator = "weir-orchestrator"
    }

    public let service: Service
    public let family: MetricFamily
    let install: @Sendable (Registry) -> Void

    /// A gauge with the value of one child of another gauge.
    static func gauge<Source: LabelSet>(
        _ name: String, _ service: Service, _ help: String, from source: GaugeFamily<Source>, _ child: Source
    ) -> LegacyShadow {
        let declared = GaugeFamily<NoLabels>(name, help)
        return LegacyShadow(service: service, family: declared.family) { registry in
            let original = registry.gauge(source)[child]
            let copy = registry.gauge(declared)[NoLabels()]
            registry.onCollect { copy.set(original.value) }
        }
    }

    /// A gauge with the value of another gauge.
    static func gauge(
        _ name: String, _ service: Service, _ help: String, from source: GaugeFamily<NoLabels>
    ) -> LegacyShadow {
        gauge(name, service, help, from: source, NoLabels())
    }

    /// A gauge with the sum of a gauge's children, and of another gauge.
    static func sum<Source: LabelSet>(
        _ name: String, _ service: Service, _ help: String, of source: GaugeFamily<Source>,
        and other: GaugeFamily<NoLabels>? = nil
    ) -> LegacyShadow {
        let declared = GaugeFamily<NoLabels>(name, help)
        return LegacyShadow(service: service, family: declared.family) { registry in
            let vector: GaugeVector<Source> = registry.gauge(source)
            let others = other.map { [registry.gauge($0)[NoLabels()]] } ?? []
            let originals = source.known.map { vector[$0] } + others
            let copy = registry.gauge(declared)[NoLabels()]
            registry.onCollect { copy.set(originals.reduce(0) { $0 + $1.value }) }
        }
    }

    /// A counter with the value of another counter.
    static func counter(
        _ name: String, _ service: Service, _ help: String, from source: CounterFamily<NoLabels>
    ) -> LegacyShadow {
        let declared = CounterFamily<NoLabels>(name, help)
        return LegacyShadow(service: service, family: declared.family) { registry in
            let original: Counter = registry.counter(source)
            let copy = registry.observedCounter(declared)[NoLabels()]
            registry.onCollect { copy.set(original.value) }
        }
    }

    /// A gauge whose name ends in `_total`.
    static func misnamedGauge<Labels: LabelSet>(
        _ name: String, _ service: Service, _ help: String, from source: GaugeFamily<Labels>
    ) -> LegacyShadow {
        let declared = GaugeFamily<Labels>(name, help, known: source.known, hasEarlierName: true)
        return LegacyShadow(service: service, family: declared.family) { registry in
            let originals: GaugeVector<Labels> = registry.gauge(source)
            let copies: GaugeVector<Labels> = registry.gauge(declared)
            registry.onCollect {
                for labels in source.known { copies[labels].set(originals[labels].value) }
            }
        }
    }
}
