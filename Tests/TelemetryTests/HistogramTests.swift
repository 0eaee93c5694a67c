import Foundation
import Telemetry
import Testing

@Suite struct HistogramTests {
    /// A generator whose seed is printed with each failure.
    struct Random: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    private let bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

    @Test(arguments: 0...8, [1 as UInt64, 2, 3])
    func everyValueLandsInItsNativeAndItsClassicBucket(schema: Int, seed: UInt64) throws {
        let layout = HistogramLayout(schema: schema, classicBounds: bounds)
        var random = Random(state: seed)
        var values = (0..<2000).map { _ in exp2(Double.random(in: -16...9, using: &random)) }
        values += bounds + bounds.map(\.nextUp) + bounds.map(\.nextDown)
        for index in -40...40 {
            let bound = NativeBuckets.upperBound(index, schema: schema)
            values += [bound, bound.nextUp, bound.nextDown]
        }
        for value in values where value >= 0.0001 && value < 500 {
            let cell = try #require(layout.cell(of: value), "no cell for \(value), seed \(seed)") + 1
            let native = NativeBuckets.index(of: value, schema: schema)
            #expect(layout.nativeIndex[cell] == native, "\(value) at schema \(schema), seed \(seed)")
            #expect(value <= NativeBuckets.upperBound(native, schema: schema))
            #expect(value > NativeBuckets.upperBound(native - 1, schema: schema))
            #expect(layout.classicIndex[cell] == HistogramLayout.classicIndex(of: value, in: bounds), "\(value)")
        }
    }

    @Test func valuesOutsideTheCellsAreCountedAllTheSame() {
        let registry = Registry()
        let histogram: Histogram = registry.histogram(
            HistogramFamily<NoLabels>("wait_seconds", "Wait.", upperBounds: [0.1, 1]))
        for value in [0, -5, 1e-300, 1e300, .nan, -.infinity] { histogram.observe(value) }
        let text = String(decoding: registry.exposition(), as: UTF8.self)
        #expect(text.contains("wait_seconds_bucket{le=\"0.1\"} 3\n"))
        #expect(text.contains("wait_seconds_count 4\n"))
        #expect(histogram.count == 4)
    }

    @Test func noObservationIsLostOrTornUnderScrapes() async throws {
        let registry = Registry()
        let histogram: Histogram = registry.histogram(
            HistogramFamily<NoLabels>("wait_seconds", "Wait.", upperBounds: bounds))
        let counter: Counter = registry.counter(CounterFamily<NoLabels>("waits_total", "Waits."))
        let each = 500_000
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<4 {
                group.addTask {
                    for index in 0..<each {
                        histogram.observe(Double((index &* 7 + worker) % 1000) / 100)
                        counter.increment()
                    }
                }
            }
            group.addTask {
                for _ in 0..<200 {
                    let lines = String(decoding: registry.exposition(), as: UTF8.self).split(separator: "\n")
                    let infinite = lines.first { $0.hasPrefix("wait_seconds_bucket{le=\"+Inf\"}") }
                    let count = lines.first { $0.hasPrefix("wait_seconds_count") }
                    let pair = (infinite?.split(separator: " ").last, count?.split(separator: " ").last)
                    #expect(pair.0 != nil && pair.0 == pair.1)
                    await Task.yield()
                }
            }
            try await group.waitForAll()
        }
        #expect(histogram.count == UInt64(4 * each))
        #expect(counter.value == Double(4 * each))
    }

    @Test func cellsOfADroppedChildAreNotReusedWhileAHandleIsHeld() {
        struct Name: LabelSet {
            static var labelNames: [String] { ["name"] }
            var labelValues: [String] { [name] }
            let name: String
        }
        let registry = Registry()
        let vector: CounterVector<Name> = registry.counter(CounterFamily<Name>("paints_total", "Paints."))
        let old = vector[Name(name: "old")]
        old.increment()
        vector.remove(Name(name: "old"))
        let new = vector[Name(name: "new")]
        old.increment(by: 5)
        #expect(new.value == 0)
        #expect(!String(decoding: registry.exposition(), as: UTF8.self).contains("old"))
    }
}
