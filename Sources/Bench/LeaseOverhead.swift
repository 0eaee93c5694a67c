import Foundation

/// What the orchestrator adds to a start: through two proxies in turn, one that leases an engine and one that has a
/// static engine.
enum LeaseOverhead {
    private static let starts = 100

    static func round(_ site: BenchSite) throws(BenchError) -> [Sample] {
        let orchestrator = try BenchOrchestrator(
            site, engines: 2, isMeasured: false, settings: ["MAX_STREAMS_PER_ENGINE": "1000"])
        try orchestrator.waitForEngines()
        guard let engine = try orchestrator.listed().first else { throw BenchError("there is no engine") }
        let leasing = try site.proxy(engine: 9, orchestrator: orchestrator.port)
        let fixed = try site.proxy(engine: engine.port)
        let watchers = Watchers()
        watchers.run(for: .seconds(2))
        var delays: (leased: [Double], fixed: [Double]) = ([], [])
        for number in 0..<starts {
            for (proxy, isLeased) in [(leasing, true), (fixed, false)] {
                let index = watchers.open("/ace/getstream?id=content\(number)", port: proxy.port)
                try watchers.run(until: "the first byte", within: .seconds(10)) { watchers in
                    watchers.all[index].hasEnded || watchers.all[index].firstByteAt != nil
                }
                let delay = watchers.all[index].firstByteDelay ?? .nan
                if isLeased { delays.leased.append(delay) } else { delays.fixed.append(delay) }
                watchers.close(index)
                watchers.run(for: .milliseconds(10))
            }
        }
        let (leased, plain) = (Spread(delays.leased), Spread(delays.fixed))
        return withExtendedLifetime(orchestrator) {
            [
                Sample("with a lease, median", leased.median, "ms"),
                Sample("static engine, median", plain.median, "ms"),
                Sample("the orchestrator adds, median", leased.median - plain.median, "ms", goal: .atMost(2)),
                Sample("with a lease, p95", leased.quantile(0.95), "ms"),
                Sample("static engine, p95", plain.quantile(0.95), "ms"),
            ]
        }
    }
}
