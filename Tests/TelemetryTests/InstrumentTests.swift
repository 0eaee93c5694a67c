import Foundation
import Glibc
import NIOConcurrencyHelpers
import Telemetry
import Testing

@Suite struct InstrumentTests {
    enum Mode: String, LabelValue {
        static let labelName = "mode"
        case idle, busy, failed
    }

    struct Name: LabelSet {
        static var labelNames: [String] { ["name"] }
        var labelValues: [String] { [name] }
        let name: String
    }

    private func lines(_ registry: Registry, _ format: ExpositionFormat = .text) -> [Substring] {
        String(decoding: registry.exposition(format), as: UTF8.self).split(separator: "\n").filter {
            !$0.hasPrefix("#")
        }
    }

    @Test func exemplarsAreKeptUpTo128CharactersAndTheNewestWins() {
        let registry = Registry()
        let histogram: Histogram = registry.histogram(
            HistogramFamily<NoLabels>("wait_seconds", "Wait.", upperBounds: [1, 2]))
        func trace(_ text: String) -> [LabelPair] { [LabelPair("trace_id", text)] }
        histogram.observe(0.5, exemplar: trace(String(repeating: "ä", count: 120)))
        #expect(histogram.snapshot.exemplars[0]?.labels[0].value.count == 120)
        histogram.observe(0.75, exemplar: trace(String(repeating: "a", count: 121)))
        #expect(histogram.snapshot.exemplars[0]?.value == 0.5)
        histogram.observe(1, exemplar: trace("newest"))
        histogram.observe(2, exemplar: trace("second"))
        histogram.observe(2.5, exemplar: trace("third"))
        histogram.observe(-1, exemplar: [])
        histogram.observe(.nan, exemplar: trace("nan"))
        let exemplars = histogram.snapshot.exemplars
        #expect(exemplars.map { $0?.labels.first?.value } == ["newest", "second", "third"])
        #expect(exemplars.map { $0?.value } == [1, 2, 2.5])
        #expect(histogram.count == 6)
        let found = lines(registry, .openMetrics).filter { $0.contains(" # {") }
        #expect(found.count == 3)
        for (line, bound) in zip(found, ["1.0", "2.0", "+Inf"]) { #expect(line.contains("le=\"\(bound)\"")) }
        #expect(!lines(registry).contains { $0.contains("#") })
    }

    @Test func exemplarsGoWithTheirChild() {
        let registry = Registry()
        let vector: CounterVector<Name> = registry.counter(CounterFamily<Name>("paints_total", "Paints."))
        vector[Name(name: "a")].increment(exemplar: [LabelPair("trace_id", "old")])
        vector[Name(name: "a")].increment(by: 0, exemplar: [LabelPair("trace_id", "nothing")])
        #expect(lines(registry, .openMetrics).contains { $0.contains(#"# {trace_id="old"} 1 "#) })
        vector.remove(Name(name: "a"))
        // Takes the memory of the child before it.
        for number in 0..<50 { vector[Name(name: "b\(number)")].increment() }
        for format in ScrapePieceTests.formats {
            #expect(registry.exposition(format).occurrences(of: "trace_id") == 0)
        }
    }

    @Test func exactlyOneStateIsOn() async throws {
        let registry = Registry()
        let vector: StateSetVector<Name, Mode> = registry.stateSet(StateSetFamily<Name, Mode>("modes", "Modes."))
        let state = vector[Name(name: "a")]
        #expect(state.state == .idle)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for start in 0..<2 {
                group.addTask {
                    for number in 0..<50_000 { state.set(Mode.allCases[(number + start) % 3]) }
                }
            }
            group.addTask {
                for number in 0..<300 {
                    if number % 2 == 0 {
                        let children = try #require(registry.snapshot().first).children
                        #expect(children.map(\.labels[1].value) == ["idle", "busy", "failed"])
                        #expect(children.count { $0.value == .gauge(1) } == 1)
                    } else {
                        #expect(lines(registry).count { $0.hasSuffix(" 1") } == 1)
                    }
                    await Task.yield()
                }
            }
            try await group.waitForAll()
        }
        state.set(.failed)
        #expect(lines(registry).contains(#"modes{name="a",mode="failed"} 1"#))
        vector.remove(Name(name: "a"))
        #expect(lines(registry).isEmpty)
    }

    @Test func aCallbackIsAskedAtEachExposition() {
        let registry = Registry()
        let asked = NIOLockedValueBox(0.0)
        registry.gauge(GaugeFamily<NoLabels>("depth", "Depth.")) {
            asked.withLockedValue { asked in
                asked += 1.5
                return asked
            }
        }
        #expect(lines(registry) == ["depth 1.5"])
        #expect(lines(registry, .openMetrics) == ["depth 3"])
        #expect(registry.snapshot()[0].children[0].value == .gauge(4.5))
    }

    @Test func gaugesHoldAnyNumber() {
        let registry = Registry()
        let gauge: Gauge = registry.gauge(GaugeFamily<NoLabels>("depth", "Depth."))
        for (value, text) in [
            (Double.nan, "NaN"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (-0.0, "-0.0"), (1e22, "1e+22"),
            (0.1, "0.1"), (-5, "-5"), (5e15, "5000000000000000"),
        ] {
            gauge.set(value)
            #expect(lines(registry) == ["depth \(text)"[...]])
        }
        gauge.set(true)
        gauge.add(-3)
        #expect(gauge.value == -2)
    }

    @Test func countersNeverFallAndStayExact() {
        for storage in [CounterStorage.perThread, .shared] {
            let registry = Registry()
            let counter: Counter = registry.counter(
                CounterFamily<NoLabels>("paints_total", "Paints.", storage: storage))
            counter.increment(by: Int.max)
            counter.increment(by: 12)
            counter.increment(by: -5)
            for amount in [-1.5, .nan, .infinity, -.infinity, 0] { counter.increment(by: amount) }
            #expect(lines(registry) == ["paints_total 9223372036854775819"])
        }
    }

    @Test func informationIsOneWithItsFactsAsLabels() {
        let registry = Registry()
        registry.info(InfoFamily<Name>("build_info", "Build."), Name(name: "1.2"))
        #expect(lines(registry) == [#"build_info{name="1.2"} 1"#])
        let text = String(decoding: registry.exposition(.openMetrics), as: UTF8.self)
        #expect(text.hasPrefix("# TYPE build info\n# HELP build Build.\nbuild_info{"))
    }

    @Test func allNineProcessFamiliesArePlausible() throws {
        let registry = Registry()
        ProcessCollector(registry: registry)
        let values = Dictionary(
            uniqueKeysWithValues: try lines(registry).map { line in
                let parts = line.split(separator: " ")
                return (String(parts[0]), try #require(Double(parts[1])))
            })
        let now = Double(time(nil))
        // A sanitizer's allocator tells nothing.
        let leastHeap = ProcessInfo.processInfo.environment["TSAN_OPTIONS"] == nil ? 1e4 : 0
        let bounds: [String: ClosedRange<Double>] = [
            "process_cpu_seconds_total": 0.001...1e6, "process_open_fds": 3...1e5, "process_max_fds": 16...1e19,
            "process_virtual_memory_bytes": 1e7...1e15, "process_virtual_memory_max_bytes": 1e7...2e19,
            "process_resident_memory_bytes": 1e6...1e11, "process_heap_bytes": leastHeap...1e11,
            "process_start_time_seconds": now - 36_000...now + 2, "process_threads": 1...5000,
        ]
        #expect(Set(values.keys) == Set(bounds.keys))
        for (name, range) in bounds { #expect(range.contains(values[name] ?? -1), "\(name) is \(values[name] ?? -1)") }
        #expect(try #require(values["process_open_fds"]) <= #require(values["process_max_fds"]))
        #expect(
            try #require(values["process_resident_memory_bytes"]) <= #require(values["process_virtual_memory_bytes"]))
    }
}
