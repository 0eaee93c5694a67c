/// How fast slots of engines are leased.
enum Leases {
    private static let perSecond = 1000.0
    private static let span = Duration.seconds(5)

    static func round(_ site: BenchSite) throws(BenchError) -> [Sample] {
        let orchestrator = try BenchOrchestrator(site, engines: 20, settings: ["MAX_STREAMS_PER_ENGINE": "1000"])
        try orchestrator.waitForEngines()
        return try samples(orchestrator)
    }

    static func samples(_ orchestrator: BenchOrchestrator) throws(BenchError) -> [Sample] {
        let outcome = try withExtendedLifetime(orchestrator) { () throws(BenchError) in
            try RequestLoad(port: orchestrator.port, connections: 32).run(for: span, perSecond: perSecond) { number in
                let body = #"{"content":{"key_type":"content_id","key":"content-\#(number)"},"wait_ms":0}"#
                return RequestLoad.request("POST", "/engines/lease", body: body)
            }
        }
        return [
            Sample("leases a second", outcome.perSecond.rounded(), goal: .atLeast(perSecond * 0.99)),
            Sample("lease, median", outcome.delays.median, "ms"),
            Sample("lease, p99", outcome.delays.quantile(0.99), "ms", goal: .atMost(5)),
            Sample("lease, slowest", outcome.delays.quantile(1), "ms"),
            Sample("not granted", Double(outcome.refused), goal: .exactly(0)),
        ]
    }
}
