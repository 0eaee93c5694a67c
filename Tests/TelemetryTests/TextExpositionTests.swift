import Telemetry
import Testing

@Suite struct TextExpositionTests {
    enum Colour: String, LabelValue {
        static let labelName = "colour"
        case red, blue
    }

    struct Name: LabelSet {
        static var labelNames: [String] { ["name"] }
        var labelValues: [String] { [name] }
        let name: String
    }

    private func text(_ registry: Registry) -> String {
        String(decoding: registry.exposition(), as: UTF8.self)
    }

    @Test func countersStartAtZeroForEveryKnownLabel() {
        let registry = Registry()
        let vector: CounterVector<Label<Colour>> = registry.counter(
            CounterFamily<Label<Colour>>("paints_total", "Paints.", known: Label.all))
        vector[Label(.red)].increment(by: 3)
        vector[Label(.red)].increment(by: 0.5)
        #expect(
            text(registry) == """
                # HELP paints_total Paints.
                # TYPE paints_total counter
                paints_total{colour="blue"} 0
                paints_total{colour="red"} 3.5

                """)
    }

    @Test func histogramBucketsAreCumulativeAndCountIsTheirSum() {
        let registry = Registry()
        let histogram: Histogram = registry.histogram(
            HistogramFamily<NoLabels>("wait_seconds", "Wait.", upperBounds: [0.1, 1]))
        for value in [0.1, 0.5, 7, .nan, .infinity] { histogram.observe(value) }
        #expect(
            text(registry) == """
                # HELP wait_seconds Wait.
                # TYPE wait_seconds histogram
                wait_seconds_bucket{le="0.1"} 1
                wait_seconds_bucket{le="1"} 2
                wait_seconds_bucket{le="+Inf"} 3
                wait_seconds_sum 7.6
                wait_seconds_count 3

                """)
    }

    @Test func labelValuesAreEscapedAndRemovedChildrenVanish() {
        let registry = Registry()
        let vector: GaugeVector<Name> = registry.gauge(GaugeFamily<Name>("depth", "Back\\slash\nbreak"))
        vector[Name(name: "a\"b\\c\nd")].set(-2)
        vector[Name(name: "gone")].set(1)
        vector.remove(Name(name: "gone"))
        #expect(
            text(registry) == """
                # HELP depth Back\\\\slash\\nbreak
                # TYPE depth gauge
                depth{name="a\\"b\\\\c\\nd"} -2

                """)
    }

    @Test func processMetricsAreReadAtEachExposition() {
        let registry = Registry()
        ProcessCollector(registry: registry)
        let lines = text(registry).split(separator: "\n").filter { !$0.hasPrefix("#") }
        let values = Dictionary(
            uniqueKeysWithValues: lines.map { line in
                let parts = line.split(separator: " ")
                return (String(parts[0]), Double(parts[1]) ?? -1)
            })
        #expect(values["process_resident_memory_bytes", default: 0] > 1_000_000)
        #expect(values["process_open_fds", default: 0] >= 3)
        #expect(values["process_threads", default: 0] >= 1)
        #expect(values["process_start_time_seconds", default: 0] > 1_700_000_000)
        #expect(values["process_cpu_seconds_total", default: 0] > 0)
    }
}
