import Glibc
import Telemetry
import Testing
import TestSupport

/// Many observations from two threads while scrapes in all formats run back to back.
@Suite(.serialized) struct EnduranceTests {
    private static let bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

    @Test(arguments: [CounterStorage.perThread, .shared])
    func noneIsLostAndEachScrapeAddsUp(storage: CounterStorage) async throws {
        let registry = Registry()
        let histogram: Histogram = registry.histogram(
            HistogramFamily<NoLabels>("wait_seconds", "Wait.", upperBounds: Self.bounds, storage: storage))
        let counter: Counter = registry.counter(
            CounterFamily<NoLabels>("waits_total", "Waits.", storage: storage))
        let each = TestLength.observations / 2
        let started = ContinuousClock.now
        let running = CountingThreads.start(2) { worker in
            for index in 0..<each {
                histogram.observe(Double((index &* 7 &+ worker) % 12_000) / 1000)
                counter.increment()
            }
        }
        var scrapes = 0
        var last: UInt64 = 0
        while !running.haveEnded {
            let count: UInt64
            switch scrapes % 4 {
            case 0: count = try checkText(registry)
            case 1: count = try checkOpenMetrics2(registry)
            case 2:
                let message = try ScrapedHistogram(
                    protobuf: registry.exposition(
                        ScrapeRequest(.protobuf, histograms: .both, names: ["wait_seconds"])))
                #expect(message.native == message.count && message.classic == message.count)
                count = message.count
            default:
                let families = registry.snapshot()
                let children = try #require(families.first { $0.family.name == "wait_seconds" }).children
                guard case .histogram(let snapshot) = children[0].value else { throw Failure() }
                #expect(snapshot.isConsistent)
                count = snapshot.count
            }
            #expect(count >= last)
            last = count
            scrapes += 1
        }
        let duration = ContinuousClock.now - started
        #expect(histogram.count == UInt64(2 * each))
        #expect(counter.value == Double(2 * each))
        #expect(scrapes > 20)
        print("\(2 * each) observations, \(storage), \(scrapes) scrapes: \(duration)")
    }

    struct Failure: Error {}

    private func checkText(_ registry: Registry) throws -> UInt64 {
        var counts: [UInt64] = []
        var count: UInt64?
        for line in String(decoding: registry.exposition(), as: UTF8.self).split(separator: "\n") {
            let value = line.split(separator: " ").last.flatMap { UInt64($0) }
            if line.hasPrefix("wait_seconds_bucket") { counts.append(try #require(value)) }
            if line.hasPrefix("wait_seconds_count") { count = value }
        }
        #expect(counts.count == Self.bounds.count + 1 && counts == counts.sorted())
        #expect(counts.last == count)
        return try #require(count)
    }

    private func checkOpenMetrics2(_ registry: Registry) throws -> UInt64 {
        let text = String(decoding: registry.exposition(.openMetrics2), as: UTF8.self)
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("wait_seconds {") })
        func numbers(_ key: String) -> [UInt64] {
            guard let start = line.firstRange(of: key + ":")?.upperBound else { return [] }
            let rest = line[start...].drop { $0 == "[" }.prefix { $0 != "]" && $0 != "}" }
            return rest.split(separator: ",").compactMap { UInt64($0.split(separator: ":").last ?? "") }
        }
        let count = try #require(numbers("{count").first)
        let zero = try #require(numbers("zero_count").first)
        #expect(numbers("positive_buckets").reduce(zero, +) == count)
        #expect(numbers(",bucket").last == count)
        return count
    }
}
