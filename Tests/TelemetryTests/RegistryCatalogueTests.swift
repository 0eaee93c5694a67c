import Telemetry
import Testing

@Suite struct RegistryCatalogueTests {
    struct Named: LabelSet {
        static var labelNames: [String] { ["le", "quantile", "__name", "1a", "", "a-b", "a", "a"] }
        var labelValues: [String] { Self.labelNames }
    }

    enum Kind: String, LabelValue {
        static let labelName = "kind"
        case a, b
    }

    private func problems(_ families: MetricFamily...) -> [String] {
        do {
            _ = try Registry(catalogue: families)
            return []
        } catch {
            return error.problems
        }
    }

    private let wait = HistogramFamily<NoLabels>("wait_seconds", "Wait.", upperBounds: [1]).family
    private func gauge(_ name: String) -> MetricFamily { GaugeFamily<NoLabels>(name, "Help.").family }
    private func counter(_ name: String) -> MetricFamily { CounterFamily<NoLabels>(name, "Help.").family }

    @Test func aSoundCatalogueIsTaken() {
        #expect(problems(wait, gauge("depth"), counter("waits_total"), gauge("waits_open")) == [])
    }

    @Test func everyReasonIsSaid() {
        let found = problems(
            GaugeFamily<Named>("depth", "Depth.").family, gauge("9lives"), gauge("x_count"), gauge("x_total"),
            counter("events"), GaugeFamily<NoLabels>("silent", "").family,
            GaugeFamily<NoLabels>("none", "A.", limit: 0).family,
            HistogramFamily<NoLabels>("up_seconds", "Up.", upperBounds: [2, 1]).family,
            InfoFamily<NoLabels>("facts", "A.").family,
            StateSetFamily<Label<Kind>, Kind>("mode", "Mode.").family)
        let expected = [
            "the label le is reserved", "the label quantile is reserved", "\"__name\" is not a label name",
            "\"1a\" is not a label name", "\"\" is not a label name", "\"a-b\" is not a label name",
            "depth: a label is declared twice", "\"9lives\" is not a metric name", "the suffix _count is reserved",
            "x_total: the suffix _total", "events: the suffix _total", "silent: the help text is missing",
            "none: the limit must allow", "up_seconds: bucket bounds must be", "facts: the suffix _info",
            "mode: a label is declared twice",
        ]
        for reason in expected { #expect(found.contains { $0.contains(reason) }, "\(reason) is not among \(found)") }
        #expect(found.count == expected.count)
    }

    @Test func familiesWhoseSeriesCollideAreRefused() {
        #expect(problems(wait, wait).contains("wait_seconds is declared twice"))
        #expect(problems(gauge("depth"), gauge("depth")) == ["depth is declared twice"])
        // OpenMetrics 1.0 calls the counter's family by the name without the suffix.
        #expect(problems(counter("waits_total"), gauge("waits")) == ["waits is a name of waits_total and of waits"])
        #expect(problems(counter("waits_total"), gauge("waits_created")).count == 1)
        #expect(problems(wait, gauge("wait_seconds_created")).count == 1)
        #expect(problems(InfoFamily<NoLabels>("build_info", "Build.").family, gauge("build")).count == 1)
    }

    @Test func onlyWhatTheCatalogueNamesIsRegistered() async throws {
        let registry = try Registry(catalogue: [gauge("depth"), wait])
        let depth: Gauge = registry.gauge(GaugeFamily<NoLabels>("depth", "Help."))
        depth.set(4)
        ProcessCollector(registry: registry)
        ScrapeCost(registry: registry)
        #expect(registry.families.contains { $0.name == "process_threads" })
        await #expect(processExitsWith: .failure) {
            let registry = try Registry(catalogue: [GaugeFamily<NoLabels>("depth", "Help.").family])
            let _: Gauge = registry.gauge(GaugeFamily<NoLabels>("height", "Help."))
        }
        await #expect(processExitsWith: .failure) {
            let registry = try Registry(catalogue: [GaugeFamily<NoLabels>("depth", "Help.").family])
            let _: Gauge = registry.gauge(GaugeFamily<NoLabels>("depth", "Other help."))
        }
        await #expect(processExitsWith: .failure) {
            let registry = Registry()
            let _: Gauge = registry.gauge(GaugeFamily<NoLabels>("depth", "Help."))
            let _: GaugeVector<Label<Kind>> = registry.gauge(GaugeFamily<Label<Kind>>("depth", "Help."))
        }
        await #expect(processExitsWith: .failure) {
            let _: Gauge = Registry().gauge(GaugeFamily<NoLabels>("9lives", "Help."))
        }
    }
}
