import Telemetry
import Testing

@Suite struct MetricFamilyTests {
    struct Reserved: LabelSet {
        static var labelNames: [String] { ["le"] }
        var labelValues: [String] { ["1"] }
    }

    @Test(arguments: ["1abc", "", "a-b", "a:b", "ä"])
    func refusesNamesOutsideTheDataModel(name: String) {
        #expect(!GaugeFamily<NoLabels>(name, "Help.").family.problems.isEmpty)
    }

    @Test func refusesACounterWithoutTotalAndAGaugeWithIt() {
        #expect(!CounterFamily<NoLabels>("events", "Help.").family.problems.isEmpty)
        #expect(!GaugeFamily<NoLabels>("engines_total", "Help.").family.problems.isEmpty)
        #expect(CounterFamily<NoLabels>("events_total", "Help.").family.problems.isEmpty)
    }

    @Test func refusesReservedLabelsAndBadBuckets() {
        #expect(!GaugeFamily<Reserved>("depth", "Help.").family.problems.isEmpty)
        for bounds in [[], [1, 1], [2, 1], [1, .infinity]] as [[Double]] {
            #expect(!HistogramFamily<NoLabels>("wait_seconds", "Help.", upperBounds: bounds).family.problems.isEmpty)
        }
    }
}
