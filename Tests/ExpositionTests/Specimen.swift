import Foundation
import Telemetry
import TestSupport

/// A registry with random families, children and values, all decided by a seed, and what it must show.
final class Specimen {
    let seed: UInt64
    let registry = Registry()
    /// ``ReadSample`` lines that every reader must find: those of counters, gauges and buckets, not of sums.
    private(set) var expected: [String] = []
    private(set) var histograms: [ObservedHistogram] = []
    var random: SeededGenerator
    /// Whether some families are longer than one piece of an exposition.
    let isLarge: Bool

    init(seed: UInt64) {
        self.seed = seed
        random = SeededGenerator(seed: seed)
        isLarge = seed % 20 == 0
        for number in 0..<Int.random(in: 2...7, using: &random) { addFamily(number) }
        if isLarge { addLargeFamilies() }
    }

    private func addFamily(_ number: Int) {
        let stem = "s\(number)"
        let help = "Number \(number): " + random.pick(SpecimenLabels.texts)
        switch Int.random(in: 0..<8, using: &random) {
        case 0, 1: addCounters(stem + random.pick(["_requests_total", "_seconds_total", "_sent_bytes_total"]), help)
        case 2, 3: addGauges(stem + random.pick(["_level", "_fill_ratio", "_heat_celsius"]), help)
        case 4: addStates(number, help)
        default: addHistograms(stem + random.pick(["_wait_seconds", "_size_bytes", "_change"]), help)
        }
    }

    private func addCounters(_ name: String, _ help: String) {
        let storage: CounterStorage = random.isOne(in: 2) ? .shared : .perThread
        let family = registry.counter(CounterFamily<SpecimenLabels.PlaceAndTime>(name, help, storage: storage))
        let hasFractions = random.isOne(in: 2)
        for labels in places(Int.random(in: 0...6, using: &random)) {
            let counter = family[labels]
            var whole: UInt64 = 0
            var fraction = 0.0
            for _ in 0..<Int.random(in: 0...4, using: &random) {
                let amount = random.pick([1, 7, 1 << 20, 1 << 54 + 1, Int.random(in: 1...1 << 60, using: &random)])
                counter.increment(by: amount)
                whole += UInt64(amount)
            }
            for _ in 0..<(hasFractions ? Int.random(in: 0...3, using: &random) : 0) {
                let amount = random.pick([0.1, 1e-300, 1e22, Double.random(in: 0...1e6, using: &random)])
                counter.increment(by: amount)
                fraction += amount
            }
            if random.isOne(in: 3) {
                counter.increment(exemplar: exemplarLabels())
                whole += 1
            }
            expect(name, labels, hasFractions ? Double(whole) + fraction : Double(whole))
        }
    }

    private func addGauges(_ name: String, _ help: String) {
        let family = registry.gauge(GaugeFamily<SpecimenLabels.Place>(name, help))
        for place in places(Int.random(in: 1...8, using: &random)) {
            let labels = SpecimenLabels.Place(place: place.place)
            let value = random.pick([
                .nan, .infinity, -.infinity, -0.0, 0, 1, -1, 1e15, 9e15, -9.1e15, 1e16, 0.1, -2.5,
                .leastNonzeroMagnitude,
                .greatestFiniteMagnitude, 0x1p53, 0x1p63, 0x1p64, 1e21, 1e-5, 123_456_789.123,
                Double(bitPattern: UInt64.random(in: 0...UInt64.max, using: &random)),
            ])
            family[labels].set(value)
            expect(name, labels, value)
        }
    }

    private func addStates(_ number: Int, _ help: String) {
        typealias Phase = SpecimenLabels.Phase
        guard registry.families.allSatisfy({ $0.name != "phase" }) else { return }
        registry.info(
            InfoFamily<SpecimenLabels.PlaceAndTime>("s\(number)_build_info", help),
            SpecimenLabels.PlaceAndTime(place: random.pick(SpecimenLabels.texts), time: "1.2"))
        let name = random.isOne(in: 2) ? "phase" : "s\(number)_phase"
        let family = registry.stateSet(StateSetFamily<SpecimenLabels.Place, Phase>(name, help))
        for place in places(Int.random(in: 1...3, using: &random)) {
            let labels = SpecimenLabels.Place(place: place.place)
            let current = random.pick(Array(Phase.allCases))
            family[labels].set(current)
            for phase in Phase.allCases {
                let pairs = [("place", place.place), ("phase", phase.rawValue)]
                let series = ReadSample.series(name, pairs.map { (name: $0.0, value: $0.1) })
                expected.append("S \(series) \(ReadSample.bits(phase == current ? 1 : 0))")
            }
        }
    }

    private func addLargeFamilies() {
        let counters = registry.counter(
            CounterFamily<SpecimenLabels.Place>("large_requests_total", "Many.", storage: .shared))
        let hasExemplars = random.isOne(in: 2)
        for number in 0..<1500 {
            let labels = SpecimenLabels.Place(place: "place \(number) \"\(seed)\"")
            counters[labels].increment(by: number)
            if hasExemplars, number % 100 == 1 { counters[labels].increment(by: 0, exemplar: exemplarLabels()) }
            expect("large_requests_total", labels, Double(number))
        }
        addHistograms("large_wait_seconds", "Many.", count: 150)
    }

    private func addHistograms(_ name: String, _ help: String, count: Int? = nil) {
        let schema = count == nil ? Int.random(in: -4...8, using: &random) : 3
        let choices: [[Double]] = [
            [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10], [1024, 65536, 1e6, 1_048_576, 1e9, 1e10],
            [-10, -1, 0, 1, 10], [0], [1e-10, 1e-5, 0.001], [-5], [1, 2, 4, 8], [0.1, 7],
        ]
        var bounds = random.pick(choices)
        if schema > 6 { bounds = [0.25, 1, 3] }
        let bucketing = NativeBucketing(
            schema: schema, maximumBuckets: random.pick([1, 5, 40, 160, 100_000]),
            zeroThreshold: random.pick([0x1p-128, 0x1p-128, 0, 0x1p-10]),
            maximumZeroThreshold: random.pick([1e-6, 0, 1]))
        let storage: CounterStorage = random.isOne(in: 3) ? .shared : .perThread
        let family = registry.histogram(
            HistogramFamily<SpecimenLabels.PlaceAndTime>(
                name, help, upperBounds: bounds, native: bucketing, storage: storage))
        let isTame = random.isOne(in: 2)
        for labels in places(count ?? Int.random(in: 1...3, using: &random)) {
            var observed = ObservedHistogram(name: name, labels: pairs(labels), bounds: bounds, bucketing: bucketing)
            let histogram = family[labels]
            for _ in 0..<Int.random(in: 0...(count == nil ? 60 : 5), using: &random) {
                let value = isTame ? exp(2 * random.normal()) : wildValue(bounds)
                observed.values.append(value)
                if random.isOne(in: 12) {
                    histogram.observe(value, exemplar: exemplarLabels())
                } else {
                    histogram.observe(value)
                }
            }
            expected += observed.classicLines
            histograms.append(observed)
        }
    }

    private func wildValue(_ bounds: [Double]) -> Double {
        switch Int.random(in: 0..<8, using: &random) {
        case 0: random.pick(bounds)
        case 1: random.pick(bounds.map(\.nextUp) + bounds.map(\.nextDown))
        case 2:
            random.pick([
                0, -0.0, .nan, .infinity, -.infinity, .leastNonzeroMagnitude, -.leastNonzeroMagnitude, 0x1p-1030, 1e308,
                -1e308, 0x1p-128, 0x1p1023,
                .greatestFiniteMagnitude,
            ])
        case 3: -exp(3 * random.normal())
        case 4: exp(40 * random.normal())
        default: exp(3 * random.normal())
        }
    }

    // MARK: Labels

    private func places(_ count: Int) -> [SpecimenLabels.PlaceAndTime] {
        (0..<count).map { number in
            // The number keeps two children from being the same.
            let place = random.pick(SpecimenLabels.texts) + (number == 0 ? "" : " \(number)")
            return SpecimenLabels.PlaceAndTime(place: place, time: random.pick(SpecimenLabels.texts))
        }
    }

    private func exemplarLabels() -> [LabelPair] {
        let id = String(UInt64.random(in: 0...UInt64.max, using: &random), radix: 16)
        // PyPI's parser loses count of quotation marks that are escaped in an exemplar.
        let texts = SpecimenLabels.texts.filter { !$0.contains("\"") }
        return random.isOne(in: 4)
            ? [LabelPair("trace_id", id), LabelPair("note", random.pick(texts))] : [LabelPair("trace_id", id)]
    }

    private func pairs(_ labels: some LabelSet) -> [(name: String, value: String)] {
        labels.labelPairs.map { (name: $0.name, value: $0.value) }
    }

    private func expect(_ name: String, _ labels: some LabelSet, _ value: Double) {
        expected.append("S \(ReadSample.series(name, pairs(labels))) \(ReadSample.bits(value))")
    }
}
