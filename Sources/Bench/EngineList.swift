/// How fast the engine list is answered.
enum EngineList {
    static func round(_ site: BenchSite) throws(BenchError) -> [Sample] {
        let orchestrator = try BenchOrchestrator(site, engines: 20)
        try orchestrator.waitForEngines()
        let outcome = try withExtendedLifetime(orchestrator) { () throws(BenchError) in
            try RequestLoad(port: orchestrator.port, connections: 16).run(for: .seconds(4)) { _ in
                RequestLoad.request("GET", "/engines")
            }
        }
        return samples(outcome)
    }

    /// - Parameter rate: the requests a second that are to be answered at least.
    static func samples(_ outcome: RequestLoad.Outcome, rate: Double = 10_000) -> [Sample] {
        [
            Sample("requests a second", outcome.perSecond.rounded(), goal: .atLeast(rate)),
            Sample("median", outcome.delays.median, "ms"),
            Sample("p99", outcome.delays.quantile(0.99), "ms", goal: .atMost(10)),
            Sample("slowest", outcome.delays.quantile(1), "ms"),
            Sample("not answered with 200", Double(outcome.refused), goal: .exactly(0)),
        ]
    }
}
