import Foundation

/// What viewers see when their engine is killed: a real orchestrator has others running.
enum EngineLoss {
    private static let viewers = 100
    private static let content = "watched"

    static func round(_ site: BenchSite) throws(BenchError) -> [Sample] {
        let orchestrator = try BenchOrchestrator(
            site, engines: 2, isMeasured: false,
            settings: ["MAX_REPLICAS": "4", "MIN_PROVISION_INTERVAL_S": "0.5"])
        try orchestrator.waitForEngines()
        let proxy = try site.proxy(engine: 9, orchestrator: orchestrator.port)
        let watchers = Watchers()
        for _ in 0..<viewers { watchers.open("/ace/getstream?id=\(content)", port: proxy.port) }
        try watchers.run(until: "everybody watches", within: .seconds(20)) { watchers in
            watchers.all.allSatisfy { $0.firstByteAt != nil }
        }
        // Until another engine is warm.
        watchers.run(for: .seconds(3))
        watchers.forgetSilences()
        watchers.run(for: .seconds(1))
        let usual = watchers.longestSilence
        let engine = try busyEngine(orchestrator)
        watchers.forgetSilences()
        let before = watchers.all.map(\.bytes)
        _ = try LoopbackConnection(port: engine).answer("POST", "/sim/temper", body: #"{"crash_after":0}"#)
        watchers.run(for: .seconds(4))
        let alive = zip(watchers.all, before).count { !$0.hasEnded && $0.bytes - $1 > 1_000_000 }
        return withExtendedLifetime((proxy, orchestrator)) {
            [
                Sample("longest gap", watchers.longestSilence, "ms", goal: .atMost(1000)),
                Sample("longest gap before", usual, "ms"),
                Sample("viewers that go on", Double(alive), goal: .exactly(Double(viewers))),
            ]
        }
    }

    /// The port of the engine that plays the stream.
    private static func busyEngine(_ orchestrator: BenchOrchestrator) throws(BenchError) -> Int {
        for engine in try orchestrator.listed() where try EngineCounts(port: engine.port).open > 0 {
            return engine.port
        }
        throw BenchError("no engine has a session")
    }
}
