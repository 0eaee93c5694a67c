import Foundation

/// What hung engines do to the API: three of ten are stopped by SIGSTOP, so that they accept connections and never
/// answer.
enum HungEngines {
    private static let paths = ["/engines", "/streams", "/orchestrator/status", "/health/ready", "/health/status"]

    static func round(_ site: BenchSite) throws(BenchError) -> [Sample] {
        let orchestrator = try BenchOrchestrator(
            site, engines: 10,
            settings: [
                "HEALTH_CHECK_INTERVAL_S": "1", "HEALTH_CHECK_TIMEOUT_S": "2", "HEALTH_FAILURE_THRESHOLD": "100",
            ]
        )
        try orchestrator.waitForEngines()
        let victims = try orchestrator.enginePIDs().values.sorted().prefix(3)
        guard victims.count == 3 else { throw BenchError("the processes of the engines are not found") }
        for pid in victims { kill(pid, SIGSTOP) }
        defer { for pid in victims { kill(pid, SIGCONT) } }
        usleep(2_500_000)
        let outcome = try withExtendedLifetime(orchestrator) { () throws(BenchError) in
            try RequestLoad(port: orchestrator.port, connections: 16).run(for: .seconds(6), perSecond: 2000) {
                RequestLoad.request("GET", paths[$0 % paths.count])
            }
        }
        return EngineList.samples(outcome, rate: 1900)
    }
}
