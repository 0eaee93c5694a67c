import NIOConcurrencyHelpers
import Telemetry

/// Counts the snapshots taken of it, in a series of each kind.
final class Producer: Sendable {
    struct Site: LabelSet {
        static var labelNames: [String] { ["site"] }
        var labelValues: [String] { ["own"] }
    }

    let registry = Registry()
    private let total: CounterVector<Site>
    private let level: GaugeVector<Site>
    private let wait: HistogramVector<Site>
    private let taken = NIOLockedValueBox(0)

    init() {
        total = registry.counter(CounterFamily("rounds_total", "A test."))
        level = registry.gauge(GaugeFamily("level", "A test."))
        wait = registry.histogram(HistogramFamily("wait_seconds", "A test.", upperBounds: [0.1, 1]))
    }

    var rounds: Int { taken.withLockedValue { $0 } }

    /// One more round: every value is its number.
    func collect() -> [FamilySnapshot] {
        let round = taken.withLockedValue { taken in
            taken += 1
            return taken
        }
        total[Site()].increment()
        level[Site()].set(round)
        wait[Site()].observe(0.05 * Double(round))
        return registry.snapshot()
    }

    /// The sum of one of the sender's own families, by the end of its name.
    func metric(_ name: String) -> Double {
        registry.snapshot().filter { $0.family.name == "telemetry_remote_write_\(name)" }.flatMap(\.children).reduce(0)
        {
            if case .counter(let value, _) = $1.value { $0 + value } else { $0 }
        }
    }
}
