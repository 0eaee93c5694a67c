/// Many viewers that ask for a new content at once: one engine session, which ends when they have left.
enum CrowdedStart {
    private static let viewers = 50

    static func round(_ site: BenchSite) throws(BenchError) -> [Sample] {
        let engine = try site.engine(bitrate: "8M")
        let proxy = try site.proxy(engine: engine.port)
        let watchers = Watchers()
        for _ in 0..<viewers { watchers.open("/ace/getstream?id=new", port: proxy.port) }
        try watchers.run(until: "everybody watches", within: .seconds(20)) { watchers in
            watchers.all.allSatisfy { $0.hasEnded || $0.firstByteAt != nil }
        }
        watchers.run(for: .milliseconds(500))
        let opened = try EngineCounts(port: engine.port).opened
        let fed = watchers.all.count { !$0.hasEnded && $0.bytes > 0 }
        let slowest = Spread(watchers.all.compactMap(\.firstByteDelay)).quantile(1)
        for index in watchers.all.indices { watchers.close(index) }
        let left = ContinuousClock.now
        var counts = try EngineCounts(port: engine.port)
        while counts.open > 0, left.duration(to: .now) < .seconds(5) {
            watchers.run(for: .milliseconds(20))
            counts = try EngineCounts(port: engine.port)
        }
        return withExtendedLifetime(proxy) {
            [
                Sample("viewers fed", Double(fed), goal: .exactly(Double(viewers))),
                Sample("engine sessions opened", Double(opened), goal: .exactly(1)),
                Sample("engine sessions stopped once all have left", Double(counts.stopped), goal: .exactly(1)),
                Sample("slowest first byte", slowest, "ms"),
            ]
        }
    }
}
