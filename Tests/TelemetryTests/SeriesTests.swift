import Telemetry
import Testing

@Suite struct SeriesTests {
    struct Name: LabelSet {
        static var labelNames: [String] { ["name"] }
        var labelValues: [String] { [name] }
        let name: String
    }

    /// A label set with something that is no label.
    struct Noted: LabelSet {
        static var labelNames: [String] { ["name"] }
        var labelValues: [String] { [name] }
        let name: String
        let note: Int
    }

    private func family(_ name: String, _ registry: Registry) -> [(labels: [LabelPair], value: ChildSnapshot.Value)] {
        registry.snapshot().first { $0.family.name == name }?.children.map { ($0.labels, $0.value) } ?? []
    }

    private func losses(_ name: String, _ kind: String, _ registry: Registry) -> Double? {
        let lines = String(decoding: registry.exposition(), as: UTF8.self).split(separator: "\n")
        let prefix = "telemetry_\(kind)_total{family=\"\(name)\"} "
        return lines.first { $0.hasPrefix(prefix) }.flatMap { Double($0.dropFirst(prefix.count)) }
    }

    @Test func aFamilyBeyondItsLimitSharesOneOverflowChild() {
        let registry = Registry()
        ScrapeCost(registry: registry)
        let vector: CounterVector<Name> = registry.counter(CounterFamily<Name>("paints_total", "Paints.", limit: 3))
        for number in 0..<10 { vector[Name(name: "c\(number)")].increment(by: number) }
        #expect(family("paints_total", registry).map(\.labels[0].value) == ["_overflow", "c0", "c1", "c2"])
        #expect(family("paints_total", registry)[0].value == .counter(42, exemplar: nil))
        #expect(losses("paints_total", "series_dropped", registry) == 7)
        // The overflow's own name is no second series.
        vector[Name(name: "_overflow")].increment(by: 8)
        #expect(family("paints_total", registry)[0].value == .counter(50, exemplar: nil))
        #expect(losses("paints_total", "series_dropped", registry) == 8)
        // Room for another.
        vector.remove(Name(name: "c1"))
        vector[Name(name: "late")].increment()
        #expect(family("paints_total", registry).map(\.labels[0].value) == ["_overflow", "c0", "c2", "late"])
        #expect(losses("paints_total", "series_dropped", registry) == 8)
        #expect(losses("telemetry_series_dropped_total", "series_dropped", registry) == 0)
    }

    @Test func aChildNamedAsTheOverflowIsTheOverflow() {
        let registry = Registry()
        let vector: CounterVector<Name> = registry.counter(CounterFamily<Name>("paints_total", "Paints.", limit: 1))
        vector[Name(name: "_overflow")].increment()
        vector[Name(name: "other")].increment()
        #expect(family("paints_total", registry).map(\.labels) == [[LabelPair("name", "_overflow")]])
        vector.remove(Name(name: "_overflow"))
        #expect(family("paints_total", registry).map(\.value) == [.counter(2, exemplar: nil)])
    }

    @Test(arguments: ["a", "ä", "€", "😀"])
    func longLabelValuesAreCutBetweenCharacters(character: String) {
        let registry = Registry()
        ScrapeCost(registry: registry)
        let vector: GaugeVector<Name> = registry.gauge(GaugeFamily<Name>("depth", "Depth."))
        for padding in ["", "x", "xx", "xxx"] {
            vector[Name(name: padding + String(repeating: character, count: 300))].set(1)
        }
        let values = family("depth", registry).map(\.labels[0].value)
        #expect(values.count == 4)
        for value in values {
            #expect((253...256).contains(value.utf8.count))
            #expect(!value.unicodeScalars.contains("\u{fffd}"))
            #expect(value.drop { $0 == "x" }.allSatisfy { String($0) == character })
        }
        #expect(losses("depth", "label_values_truncated", registry) == 4)
    }

    @Test func valuesThatAreCutToTheSameAreOneSeries() {
        let registry = Registry()
        let vector: CounterVector<Name> = registry.counter(CounterFamily<Name>("paints_total", "Paints."))
        let prefix = String(repeating: "a", count: 256)
        vector[Name(name: prefix + "1")].increment()
        vector[Name(name: prefix + "2")].increment()
        vector[Name(name: prefix)].increment()
        vector[Name(name: "short")].increment()
        #expect(
            family("paints_total", registry).map(\.value) == [.counter(3, exemplar: nil), .counter(1, exemplar: nil)])
        // It goes with the last that shares it.
        vector.remove(Name(name: prefix + "1"))
        vector.remove(Name(name: prefix))
        #expect(family("paints_total", registry).count == 2)
        vector.remove(Name(name: prefix + "2"))
        #expect(family("paints_total", registry).map(\.labels[0].value) == ["short"])
        vector[Name(name: prefix + "2")].increment()
        #expect(
            family("paints_total", registry).map(\.value) == [.counter(1, exemplar: nil), .counter(1, exemplar: nil)])
    }

    @Test func labelSetsThatLookTheSameAreOneSeries() {
        let registry = Registry()
        let vector: CounterVector<Noted> = registry.counter(CounterFamily<Noted>("paints_total", "Paints."))
        vector[Noted(name: "a", note: 1)].increment()
        vector[Noted(name: "a", note: 2)].increment()
        #expect(family("paints_total", registry).map(\.value) == [.counter(2, exemplar: nil)])
    }

    /// A reader that ends texts at U+0000 would see the same series twice.
    @Test(arguments: ScrapePieceTests.formats)
    func noLabelValueHasANull(format: ExpositionFormat) {
        let registry = Registry()
        let vector: CounterVector<Name> = registry.counter(CounterFamily<Name>("paints_total", "Paints."))
        vector[Name(name: "a\0b")].increment()
        vector[Name(name: "a\0c")].increment()
        let bytes = registry.exposition(format)
        #expect(bytes.occurrences(of: "a\u{fffd}b") == 1 && bytes.occurrences(of: "a\u{fffd}c") == 1)
    }

    @Test func observationsThatAreNotFiniteAreCountedApart() {
        let registry = Registry()
        ScrapeCost(registry: registry)
        let histogram: Histogram = registry.histogram(
            HistogramFamily<NoLabels>("wait_seconds", "Wait.", upperBounds: [1]))
        let shared: Histogram = registry.histogram(
            HistogramFamily<NoLabels>("work_seconds", "Work.", upperBounds: [1], storage: .shared))
        for histogram in [histogram, shared] {
            for value in [Double.nan, .signalingNaN, .infinity, -.infinity, 0.5] { histogram.observe(value) }
            #expect(histogram.count == 1 && histogram.snapshot.sum == 0.5)
        }
        #expect(losses("wait_seconds", "observations_not_finite", registry) == 4)
        #expect(losses("work_seconds", "observations_not_finite", registry) == 4)
    }
}
