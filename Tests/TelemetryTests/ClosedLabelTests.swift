import Telemetry
import Testing

@Suite struct ClosedLabelTests {
    enum One: String, LabelValue {
        static let labelName = "one"
        case only
    }

    enum Two: String, LabelValue {
        static let labelName = "two"
        case left, right
    }

    enum Five: String, LabelValue {
        static let labelName = "five"
        case first = "zz"
        case second = "y", third, fourth, fifth
    }

    /// `allCases` leaves one out.
    enum Partial: String, LabelValue {
        static let labelName = "partial"
        static let allCases: [Partial] = [.first, .second]
        case first, second, hidden
    }

    enum Reordered: String, LabelValue {
        static let labelName = "reordered"
        static let allCases: [Reordered] = [.second, .first]
        case first, second
    }

    /// No enumeration, with a value that is not in the list.
    struct Text: LabelValue {
        static let labelName = "text"
        static let allCases = [Text(rawValue: "a"), Text(rawValue: "b")]
        let rawValue: String
    }

    private func expectOrdinals<Labels: ClosedLabelSet>(_ type: Labels.Type, count: Int) {
        #expect(Labels.all.count == count)
        #expect(Set(Labels.all).count == count)
        for (place, labels) in Labels.all.enumerated() { #expect(labels.ordinal(Labels.radices) == place) }
    }

    @Test func ordinalsArePlacesInTheList() {
        expectOrdinals(Label<One>.self, count: 1)
        expectOrdinals(Label<Five>.self, count: 5)
        expectOrdinals(Labels2<One, One>.self, count: 1)
        expectOrdinals(Labels2<Two, Five>.self, count: 10)
        expectOrdinals(Labels2<Five, One>.self, count: 5)
        expectOrdinals(Labels3<Two, One, Five>.self, count: 10)
        expectOrdinals(Labels3<Five, Two, Five>.self, count: 50)
        expectOrdinals(Label<Partial>.self, count: 2)
    }

    @Test(arguments: [CounterStorage.perThread, .shared])
    func theFastPathIsTheSubscript(storage: CounterStorage) {
        typealias Labels = Labels3<Five, Two, One>
        let registry = Registry()
        let counters: CounterVector<Labels> = registry.counter(
            CounterFamily<Labels>("paints_total", "Paints.", storage: storage))
        let histograms: HistogramVector<Labels> = registry.histogram(
            HistogramFamily<Labels>("wait_seconds", "Wait.", upperBounds: [1, 2], storage: storage))
        for (place, labels) in Labels.all.enumerated() {
            // The first makes the child, the others find it.
            for _ in 0..<3 { counters.increment(labels) }
            counters.increment(labels, by: place)
            counters.increment(labels, by: -7)
            counters[labels].increment(by: 100)
            for value in [0, -1, 0.5, 1.5, 1e300, Double.nan] { histograms.observe(value, labels) }
            histograms[labels].observe(2)
        }
        for (place, labels) in Labels.all.enumerated() {
            #expect(counters[labels].value == Double(103 + place))
            #expect(histograms[labels].count == 6)
            #expect(histograms[labels].snapshot.classic == [3, 2, 1])
        }
    }

    @Test func aRemovedChildGoesOnWhereItWasWhenItIsAskedForAgain() {
        let registry = Registry()
        let vector: CounterVector<Label<Two>> = registry.counter(
            CounterFamily<Label<Two>>("paints_total", "Paints.", known: Label.all))
        vector.increment(Label(.left), by: 5)
        let held = vector[Label(.left)]
        vector.remove(Label(.left))
        #expect(!String(decoding: registry.exposition(), as: UTF8.self).contains("left"))
        held.increment(by: 50)
        vector.increment(Label(.right))
        vector.increment(Label(.left))
        #expect(vector[Label(.left)].value == 56)
        #expect(vector[Label(.right)].value == 1)
        for _ in 0..<1000 {
            vector.remove(Label(.left))
            vector.increment(Label(.left))
        }
        #expect(held.value == 1056)
    }

    /// What `allCases` leaves out has a child of its own, and touches nobody else's.
    @Test func aValueOutsideTheListIsCountedUnderItsName() {
        let registry = Registry()
        let vector: CounterVector<Label<Partial>> = registry.counter(
            CounterFamily<Label<Partial>>("paints_total", "Paints.", known: Label.all))
        for _ in 0..<3 { vector.increment(Label(.hidden)) }
        vector.increment(Label(.second))
        #expect(vector[Label(.hidden)].value == 3)
        #expect(vector[Label(.first)].value == 0)
        vector.remove(Label(.hidden))
        #expect(vector[Label(.second)].value == 1)
    }

    @Test func onlyEnumerationsAreClosedSets() async {
        await #expect(processExitsWith: .failure) {
            let _: CounterVector<Label<Text>> = Registry().counter(CounterFamily<Label<Text>>("a_total", "A."))
        }
        await #expect(processExitsWith: .failure) {
            let _: GaugeVector<Label<Reordered>> = Registry().gauge(GaugeFamily<Label<Reordered>>("a", "A."))
        }
        await #expect(processExitsWith: .failure) {
            let _: StateSet<Reordered> = Registry().stateSet(StateSetFamily<NoLabels, Reordered>("a", "A."))
        }
        await #expect(processExitsWith: .success) {
            let _: StateSet<Five> = Registry().stateSet(StateSetFamily<NoLabels, Five>("a", "A."))
        }
    }
}
