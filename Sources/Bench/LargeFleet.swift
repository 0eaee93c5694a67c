import Foundation

/// A fleet of 1,000 engines with 5,000 streams: what the orchestrator keeps in memory, and how it comes back when it
/// was killed.
enum LargeFleet {
    private static let engines = 1000
    private static let streams = 5000

    static func round(_ site: BenchSite) throws(BenchError) -> [Sample] {
        let orchestrator = try BenchOrchestrator(
            site, engines: engines, settings: ["MAX_STREAMS_PER_ENGINE": "50", "COLLECT_INTERVAL_S": "60"])
        try orchestrator.waitForEngines(within: .seconds(300))
        let ports = try orchestrator.listed().map(\.port)
        try report(streams, to: orchestrator, ports: ports)
        usleep(3_000_000)
        let leases = try Leases.samples(orchestrator)
        let memory = MonotonicTime.residentBytes(of: orchestrator.program.pid) / 1e6
        let before = try orchestrator.enginePIDs()
        let begin = ContinuousClock.now
        try orchestrator.restart()
        try waitUntilReady(orchestrator)
        let seconds = begin.duration(to: .now) / .seconds(1)
        usleep(5_000_000)
        let after = try orchestrator.enginePIDs()
        let kept = before.count { after[$0.key] == $0.value }
        return [
            Sample("resident memory", memory, "MB", goal: .atMost(150)),
            Sample("restart until ready", seconds, "s", goal: .atMost(2)),
            Sample("engines that were left alone", Double(kept), goal: .exactly(Double(engines))),
            Sample("streams known after it", Double(try activeStreams(orchestrator)), goal: .exactly(Double(streams))),
            Sample("resident memory after it", MonotonicTime.residentBytes(of: orchestrator.program.pid) / 1e6, "MB"),
        ] + leases
    }

    private static func report(_ count: Int, to orchestrator: BenchOrchestrator, ports: [Int]) throws(BenchError) {
        for first in stride(from: 0, to: count, by: 100) {
            let starts = (first..<first + 100).map { EventBatches.start("\($0)", port: ports[$0 % ports.count]) }
            let answer = try LoopbackConnection(port: orchestrator.port).answer(
                "POST", "/events/batch", body: #"{"started":[\#(starts.joined(separator: ","))]}"#)
            guard answer.hasPrefix("HTTP/1.1 200") || answer.hasPrefix("HTTP/1.0 200") else {
                throw BenchError("a batch of events was refused: \(answer.prefix(200))")
            }
        }
    }

    private static func waitUntilReady(_ orchestrator: BenchOrchestrator) throws(BenchError) {
        let deadline = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < deadline {
            let answer = try LoopbackConnection(port: orchestrator.port).answer("GET", "/health/ready")
            if answer.contains(" 200 "), answer.contains(#""engines":\#(engines)"#) { return }
            usleep(10_000)
        }
        throw BenchError("the orchestrator is not ready 30 s after its restart")
    }

    private static func activeStreams(_ orchestrator: BenchOrchestrator) throws(BenchError) -> Int {
        let answer = try LoopbackConnection(port: orchestrator.port).answer("GET", "/health/ready")
        guard let start = answer.firstRange(of: #""active_streams":"#)?.upperBound,
            let count = Int(answer[start...].prefix { $0.isNumber })
        else { throw BenchError("the orchestrator does not tell its streams") }
        return count
    }
}
