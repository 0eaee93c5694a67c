import CAllocations
import CLinux
import Foundation
import NIOConcurrencyHelpers
import Telemetry

/// What the metrics library costs: recording, looking up, scraping.
public struct TelemetryCost: Sendable {
    /// Medians of five runs, nanoseconds and milliseconds.
    public struct Report: Sendable, Codable {
        public var observeNs: Double
        public var observeSharedNs: Double
        public var observe2threadsRatio: Double
        public var counterNs: Double
        public var observeLabelsNs: Double
        /// The same where the label values are only known at run time.
        public var observeOpenLabelsNs: Double
        public var scrapeTextMs100k: Double
        public var scrapeProtobufMs100k: Double
        /// Requests to the allocator during one scrape, the most of text and protobuf.
        public var scrapeAllocations: Double
        public var observeP9999Ns: Double
        public var plainAddNs: Double
        /// Half the distance between the quartiles of `observeNs`.
        public var noiseNs: Double

        enum CodingKeys: String, CodingKey {
            case observeNs = "observe_ns"
            case observeSharedNs = "observe_shared_ns"
            case observe2threadsRatio = "observe_2threads_ratio"
            case counterNs = "counter_ns"
            case observeLabelsNs = "observe_labels_ns"
            case observeOpenLabelsNs = "observe_open_labels_ns"
            case scrapeTextMs100k = "scrape_text_ms_100k"
            case scrapeProtobufMs100k = "scrape_protobuf_ms_100k"
            case scrapeAllocations = "scrape_allocations"
            case observeP9999Ns = "observe_p9999_ns"
            case plainAddNs = "plain_add_ns"
            case noiseNs = "noise_ns"
        }
    }

    enum Route: String, LabelValue {
        static let labelName = "route"
        case stream, status, health, metrics, engines, streams, events, other
    }

    enum Method: String, LabelValue {
        static let labelName = "method"
        case get, post
    }

    enum Code: String, LabelValue {
        static let labelName = "code"
        case ok = "200"
        case missing = "404"
        case failed = "500"
        case unavailable = "503"
    }

    struct OpenLabels: LabelSet {
        static var labelNames: [String] { ["route", "method", "code"] }
        var labelValues: [String] { ["/\(route)", method.rawValue, String(code)] }
        let route: Int
        let method: Method
        let code: Int
    }

    typealias ClosedLabels = Labels3<Route, Method, Code>

    private static let bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
    private static let operations = 20_000_000

    public init() {}

    public func run(progress: (String) -> Void) -> Report {
        let registry = Registry()
        let histogram: Histogram = registry.histogram(
            HistogramFamily<NoLabels>("bench_seconds", "Bench.", upperBounds: Self.bounds))
        let shared: Histogram = registry.histogram(
            HistogramFamily<NoLabels>("bench_shared_seconds", "Bench.", upperBounds: Self.bounds, storage: .shared))
        let counter: Counter = registry.counter(CounterFamily<NoLabels>("bench_total", "Bench."))
        let closed: HistogramVector<ClosedLabels> = registry.histogram(
            HistogramFamily<ClosedLabels>(
                "bench_labelled_seconds", "Bench.", upperBounds: Self.bounds, known: ClosedLabels.all))
        let open: HistogramVector<OpenLabels> = registry.histogram(
            HistogramFamily<OpenLabels>("bench_open_seconds", "Bench.", upperBounds: Self.bounds))
        let values = Self.sample(4096)
        progress("observations")
        let observe = repeated { Self.time { Self.observe(histogram, values) } }
        let observeShared = repeated { Self.time { Self.observe(shared, values) } }
        progress("observations from two threads")
        let both = repeated { Self.timeTwice { Self.observe(histogram, values) } }
        progress("counters and look-ups")
        let add = repeated { Self.time { Self.count(counter) } }
        let plain = repeated { Self.time { Self.plainAdd() } }
        let look = repeated { Self.time { Self.observe(closed, values) } }
        let lookOpen = repeated {
            Self.time(operations: Self.operations / 10) { Self.observe(open, values) }
        }
        progress("observations while scrapes run")
        let slowest = SlowestObservation.run(registry: registry, histogram: histogram, values: values)
        progress("scrapes of 100,000 series")
        let text = ScrapeCostOf100k(.text).run()
        let protobuf = ScrapeCostOf100k(.protobuf).run()
        return Report(
            observeNs: observe.median, observeSharedNs: observeShared.median,
            observe2threadsRatio: both.median / observe.median, counterNs: add.median, observeLabelsNs: look.median,
            observeOpenLabelsNs: lookOpen.median, scrapeTextMs100k: text.milliseconds,
            scrapeProtobufMs100k: protobuf.milliseconds,
            scrapeAllocations: Double(max(text.allocations, protobuf.allocations)), observeP9999Ns: slowest,
            plainAddNs: plain.median, noiseNs: observe.noise)
    }

    private func repeated(_ measure: () -> Double) -> Spread {
        _ = measure()
        return Spread((0..<5).map { _ in measure() })
    }

    /// Log-normally spread around 50 ms, as start times are.
    private static func sample(_ count: Int) -> [Double] {
        var random = SystemRandomNumberGenerator()
        return (0..<count).map { _ in
            let uniform = (0..<12).reduce(0.0) { sum, _ in sum + Double.random(in: 0..<1, using: &random) } - 6
            return 0.05 * exp(uniform)
        }
    }

    @inline(never)
    private static func observe(_ histogram: Histogram, _ values: [Double]) {
        values.withUnsafeBufferPointer { values in
            for index in 0..<operations { histogram.observe(values[index & 4095]) }
        }
    }

    @inline(never)
    private static func observe(_ histograms: HistogramVector<ClosedLabels>, _ values: [Double]) {
        let labels = ClosedLabels.all
        values.withUnsafeBufferPointer { values in
            labels.withUnsafeBufferPointer { labels in
                for index in 0..<operations {
                    histograms.observe(values[index & 4095], labels[index & 63])
                }
            }
        }
    }

    @inline(never)
    private static func observe(_ histograms: HistogramVector<OpenLabels>, _ values: [Double]) {
        for index in 0..<operations / 10 {
            let labels = OpenLabels(
                route: index & 7, method: index & 8 == 0 ? .get : .post, code: 200 + (index >> 4 & 3))
            histograms[labels].observe(values[index & 4095])
        }
    }

    @inline(never)
    private static func count(_ counter: Counter) {
        for _ in 0..<operations { counter.increment() }
    }

    @inline(never)
    private static func plainAdd() {
        let cell = UnsafeMutablePointer<Int>.allocate(capacity: 1)
        cell.initialize(to: 0)
        for index in 0..<operations { cell.pointee = blackHole(cell.pointee &+ index) }
        cell.deallocate()
    }

    @inline(never)
    private static func blackHole(_ value: Int) -> Int { value }

    /// Nanoseconds for each operation.
    private static func time(operations: Int = operations, _ body: () -> Void) -> Double {
        let start = ContinuousClock.now
        body()
        return start.duration(to: .now) / .nanoseconds(1) / Double(operations)
    }

    /// The same by two threads at once: nanoseconds for each operation of one thread.
    private static func timeTwice(_ body: @escaping @Sendable () -> Void) -> Double {
        let total = NIOLockedValueBox(0.0)
        DispatchQueue.concurrentPerform(iterations: 2) { _ in
            let one = time { body() }
            total.withLockedValue { $0 += one / 2 }
        }
        return total.withLockedValue { $0 }
    }
}
