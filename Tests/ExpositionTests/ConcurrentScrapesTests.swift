import Foundation
import Synchronization
import Telemetry
import Testing
import TestSupport

/// Scrapes in every format while threads record and children come and go.
@Suite struct ConcurrentScrapesTests {
    private typealias Place = SpecimenLabels.Place

    @Test func everyScrapeIsWhole() throws {
        let registry = Registry()
        let waits = registry.histogram(
            HistogramFamily<Place>(
                "wait_seconds", "Wait.", upperBounds: [0.01, 0.1, 1, 10],
                native: NativeBucketing(maximumBuckets: 60, minimumResetInterval: nil)))
        let resets: Histogram = registry.histogram(
            HistogramFamily<NoLabels>(
                "change", "Change.", upperBounds: [-1, 0, 1],
                native: NativeBucketing(maximumBuckets: 20, minimumResetInterval: .milliseconds(20))))
        let asked = registry.counter(CounterFamily<Place>("asked_total", "Asked."))
        let steady: Counter = registry.counter(CounterFamily<NoLabels>("steady_total", "Steady."))
        let isOver = Atomic(false)
        let recorded = Atomic(0)
        let writers = (1...2).map { seed in
            let thread = Thread {
                var random = SeededGenerator(seed: UInt64(seed))
                while !isOver.load(ordering: .relaxed) {
                    let value = exp(2 * random.normal())
                    let place = Place(place: "\(Int.random(in: 0..<6, using: &random)) of \(seed)")
                    waits[place].observe(value, exemplar: [LabelPair("trace_id", place.place)])
                    resets.observe(random.isOne(in: 3) ? -value : value)
                    asked[place].increment(by: 0.5)
                    steady.increment()
                    recorded.wrappingAdd(1, ordering: .relaxed)
                    if random.isOne(in: 50) {
                        waits.remove(place)
                        asked.remove(place)
                    }
                }
            }
            thread.start()
            return thread
        }
        defer { isOver.store(true, ordering: .relaxed) }
        var last = 0.0
        let deadline = ContinuousClock.now + .seconds(3)
        while ContinuousClock.now < deadline {
            let document = try OpenMetrics2Parser.parse(registry.exposition(ScrapeRequest(.openMetrics2)))
            let lines = try ProtobufReader.lines(of: registry.exposition(ScrapeRequest(.protobuf, histograms: .both)))
            for line in lines where line.hasPrefix("N ") { #expect(Self.isWhole(line), "\(line)") }
            guard
                case .number(let steady)? = document.families.last(where: { $0.name == "steady_total" })?.samples
                    .first?.value
            else {
                Issue.record("steady_total is missing")
                return
            }
            #expect(steady >= last)
            last = steady
        }
        isOver.store(true, ordering: .relaxed)
        while writers.contains(where: { !$0.isFinished }) { Thread.sleep(forTimeInterval: 0.01) }
        #expect(steady.value == Double(recorded.load(ordering: .relaxed)))
        #expect(last > 0)
    }

    /// Whether a native histogram's buckets add up to its count.
    private static func isWhole(_ line: String) -> Bool {
        let fields = line.split(separator: " ").map(String.init)
        let counts = fields[7...8].flatMap { buckets in
            buckets.dropFirst().dropLast().split(separator: ",").compactMap {
                $0.split(separator: ":").last.flatMap { Int($0) }
            }
        }
        return counts.reduce(Int(fields[6]) ?? 0, +) == Int(fields[2])
    }
}
