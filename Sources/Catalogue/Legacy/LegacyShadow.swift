import NIOConcurrencyHelpers
import Telemetry

/// A metric under its earlier name, brought up to date from today's family before each exposition.
public struct LegacyShadow: Sendable {
    /// The service that has the data.
    public enum Service: String, Sendable {
        case proxy = "weir-proxy"
        case orchestrator = "weir-orchestrator"
    }

    public let service: Service
    let install: @Sendable (Registry) -> Void

    /// A gauge with the value of one child of another gauge.
    static func gauge<Source: LabelSet>(
        _ name: String, _ service: Service, _ help: String, from source: GaugeFamily<Source>, _ child: Source
    ) -> LegacyShadow {
        LegacyShadow(service: service) { registry in
            let original = registry.gauge(source)[child]
            let copy = registry.gauge(GaugeFamily<NoLabels>(name, help))[NoLabels()]
            registry.onCollect { copy.set(original.value) }
        }
    }

    /// A gauge with the value of another gauge.
    static func gauge(
        _ name: String, _ service: Service, _ help: String, from source: GaugeFamily<NoLabels>
    ) -> LegacyShadow {
        gauge(name, service, help, from: source, NoLabels())
    }

    /// A counter with the value of another counter.
    static func counter(
        _ name: String, _ service: Service, _ help: String, from source: CounterFamily<NoLabels>
    ) -> LegacyShadow {
        LegacyShadow(service: service) { registry in
            let original: Counter = registry.counter(source)
            let copy: Counter = registry.counter(CounterFamily<NoLabels>(name, help))
            let copied = NIOLockedValueBox(0.0)
            registry.onCollect {
                copied.withLockedValue { copied in
                    let value = original.value
                    copy.increment(by: value - copied)
                    copied = value
                }
            }
        }
    }

    /// A gauge whose name ends in `_total`: exposed with the type counter, which is what the name says, and reset
    /// when its value falls.
    static func misnamedGauge<Labels: LabelSet>(
        _ name: String, _ service: Service, _ help: String, from source: GaugeFamily<Labels>
    ) -> LegacyShadow {
        LegacyShadow(service: service) { registry in
            let originals: GaugeVector<Labels> = registry.gauge(source)
            let copies: CounterVector<Labels> = registry.counter(CounterFamily(name, help, known: source.known))
            let copied = NIOLockedValueBox([Labels: Double]())
            registry.onCollect {
                copied.withLockedValue { copied in
                    for labels in source.known {
                        let value = originals[labels].value
                        let before = copied[labels] ?? 0
                        if value < before { copies.remove(labels) }
                        copies[labels].increment(by: value < before ? value : value - before)
                        copied[labels] = value
                    }
                }
            }
        }
    }
}
