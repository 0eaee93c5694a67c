import CAllocations
import Telemetry

/// What one exposition of 100,000 counters with three labels each costs.
struct ScrapeCostOf100k {
    private typealias OpenLabels = TelemetryCost.OpenLabels

    private let registry = Registry()
    private let request: ScrapeRequest

    init(_ format: ExpositionFormat) {
        request = ScrapeRequest(format)
        let vector: CounterVector<OpenLabels> = registry.counter(
            CounterFamily<OpenLabels>("bench_series_total", "A hundred thousand series.", limit: 100_000))
        for route in 0..<25_000 {
            for method in TelemetryCost.Method.allCases {
                for code in [200, 500] {
                    vector[OpenLabels(route: route, method: method, code: code)].increment(by: route * 7 + code)
                }
            }
        }
    }

    /// The median time of nine scrapes after a first one, and the requests to the allocator during one.
    func run() -> (milliseconds: Double, allocations: UInt64) {
        _ = scrape()
        let times = Spread(
            (0..<9).map { _ in
                let start = ContinuousClock.now
                _ = scrape()
                return start.duration(to: .now) / .milliseconds(1)
            })
        let before = weir_allocation_count()
        _ = scrape()
        return (times.median, weir_allocation_count() - before)
    }

    /// The bytes of all pieces, each looked at once as a socket would.
    @inline(never)
    private func scrape() -> Int {
        var count = 0
        var scrape = registry.scrape(request)
        do {
            while try scrape.nextPiece({ count += $0.count }) {}
        } catch {
            preconditionFailure("\(error)")
        }
        return count
    }
}
