import Foundation
import Telemetry
import Testing

/// Registries at the edge of what is allowed: all formats stay valid and say the same.
@Suite struct LimitsTests {
    private typealias Place = SpecimenLabels.Place

    @Test func labelValuesThatAreCutToTheSameTextShareAChild() throws {
        let registry = Registry()
        let family = registry.counter(CounterFamily<Place>("asked_total", "Asked."))
        let long = String(repeating: "é", count: 128)
        for end in ["", "a", "b"] { family[Place(place: long + end)].increment() }
        #expect(try samples(registry) == ["S \(ReadSample.series("asked_total", [("place", long)])) 4008000000000000"])
        family.remove(Place(place: long + "b"))
        #expect(try samples(registry).count == 1, "others are still shown by the child")
        for end in ["", "a"] { family.remove(Place(place: long + end)) }
        #expect(try samples(registry) == [])
        family[Place(place: long + "b")].increment()
        #expect(try samples(registry).count == 1)
    }

    @Test func aNullCharacterBreaksNoFormat() throws {
        let registry = Registry()
        let family = registry.counter(CounterFamily<Place>("asked_total", "Asked."))
        family[Place(place: "a\0b")].increment()
        family[Place(place: "a\0c")].increment(exemplar: [LabelPair("trace_id", "1\0" + "2")])
        #expect(try samples(registry).map { $0.suffix(16) } == ["3ff0000000000000", "3ff0000000000000"])
        #expect(!registry.exposition().contains(0))
        #expect(try !registry.exposition(ScrapeRequest(.openMetrics)).contains(0))
    }

    @Test func histogramsMayHaveThousandsOfNativeBuckets() throws {
        let registry = Registry()
        let histogram: Histogram = registry.histogram(
            HistogramFamily<NoLabels>(
                "wait_seconds", "Wait.", upperBounds: [1],
                native: NativeBucketing(schema: 8, maximumBuckets: 10_000, minimumResetInterval: nil)))
        for step in 0..<8000 { histogram.observe(exp2(Double(step - 4000) / 256 + 0.001)) }
        let native = try #require(try lines(registry).first { $0.hasPrefix("N ") })
        #expect(native.split(separator: ":").count == 8001)
        #expect(try samples(registry).count == 4)
    }

    @Test(arguments: [
        [1e-300, 1e300], [0x1p-1062, 1], [-3], [.leastNonzeroMagnitude, .greatestFiniteMagnitude],
        (1...300).map { Double($0) * 1e-2 },
    ])
    func bucketsMayLieAnywhere(bounds: [Double]) throws {
        let values =
            bounds.flatMap { [$0, $0.nextUp, $0.nextDown] }.filter(\.isFinite) + [0, 0x1p-1030, 1, 1e290, -1e9]
        for schema in [-4, 3, 8] {
            let bucketing = NativeBucketing(schema: schema, maximumBuckets: 100_000)
            let registry = Registry()
            let histogram: Histogram = registry.histogram(
                HistogramFamily<NoLabels>("change", "Change.", upperBounds: bounds, native: bucketing))
            for value in values { histogram.observe(value) }
            let observed = ObservedHistogram(
                name: "change", labels: [], bounds: bounds, bucketing: bucketing, values: values)
            let lines = try lines(registry)
            #expect(Set(observed.classicLines).subtracting(lines) == [])
            #expect(observed.problem(with: lines.first { $0.hasPrefix("N ") } ?? "") == nil)
        }
    }

    @Test func familiesThatOpenMetricsCallsTheSameAreRefused() {
        let counter = CounterFamily<NoLabels>("asked_total", "Asked.").family
        let gauge = GaugeFamily<NoLabels>("asked", "Asked.").family
        let info = InfoFamily<Place>("asked_info", "Asked.").family
        #expect(MetricFamily.problems(in: [counter, gauge]).count == 1)
        #expect(MetricFamily.problems(in: [info, gauge]).count == 1)
        #expect(MetricFamily.problems(in: [info, counter]).count == 1)
        #expect(MetricFamily.problems(in: [counter]) == [])
        #expect(throws: CatalogueError.self) { try Registry(catalogue: [counter, gauge]) }
    }

    @Test func exemplarsAreEscaped() throws {
        let registry = Registry()
        let counter: Counter = registry.counter(CounterFamily<NoLabels>("asked_total", "Asked."))
        counter.increment(exemplar: [LabelPair("trace_id", "a\"b\\c\nd{e}")])
        let document = try OpenMetrics2Parser.parse(try registry.exposition(ScrapeRequest(.openMetrics2)))
        #expect(document.families.first?.samples.first?.exemplars.first?.labels[0].value == "a\"b\\c\nd{e}")
        #expect(Set(document.lines) == Set(try lines(registry).filter { !$0.hasPrefix("F ") }))
    }

    private func lines(_ registry: Registry) throws -> [String] {
        try ProtobufReader.lines(of: registry.exposition(ScrapeRequest(.protobuf, histograms: .both)))
    }

    private func samples(_ registry: Registry) throws -> [String] {
        let lines = try lines(registry).filter { $0.hasPrefix("S ") }
        let document = try OpenMetrics2Parser.parse(try registry.exposition(ScrapeRequest(.openMetrics2)))
        #expect(Set(document.lines.filter { $0.hasPrefix("S ") }) == Set(lines))
        return lines
    }
}
