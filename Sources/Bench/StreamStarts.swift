/// Many streams started one after another, through the proxy and, in turn, at the engine itself.
enum StreamStarts {
    private static let streams = 100
    private static let interval = Duration.milliseconds(100)
    private static let bytesPerSecond = 1e6

    static func round(_ site: BenchSite) throws(BenchError) -> [Sample] {
        let engine = try site.engine(bitrate: "8M")
        let proxy = try site.proxy(engine: engine.port)
        let watchers = Watchers()
        var streaming: [Int] = []
        var direct: [Int] = []
        let begin = ContinuousClock.now
        for number in 0..<streams {
            streaming.append(watchers.open("/ace/getstream?id=stream\(number)", port: proxy.port))
            watchers.run(for: ContinuousClock.now.duration(to: begin + interval * (Double(number) + 0.5)))
            direct.append(watchers.openAtEngine(content: "direct\(number)", port: engine.port))
            watchers.run(for: ContinuousClock.now.duration(to: begin + interval * (Double(number) + 1)))
            // The engine's own streams are not to load it.
            for index in direct where watchers.all[index].firstByteAt != nil { watchers.close(index) }
        }
        watchers.run(for: .milliseconds(500))
        let before = watchers.all.map(\.bytes)
        watchers.run(for: .seconds(2))
        let fed = streaming.count { index in
            let watcher = watchers.all[index]
            return !watcher.hasEnded && Double(watcher.bytes - before[index]) > 2 * bytesPerSecond * 0.9
        }
        let proxied = Spread(streaming.compactMap { watchers.all[$0].firstByteDelay })
        let own = Spread(direct.compactMap { watchers.all[$0].firstByteDelay })
        return withExtendedLifetime(proxy) {
            [
                Sample("streams fed at full rate", Double(fed), goal: .exactly(Double(streams))),
                Sample("first byte, median", proxied.median, "ms"),
                Sample("the engine's own, median", own.median, "ms"),
                Sample("the proxy adds, median", proxied.median - own.median, "ms", goal: .atMost(5)),
                Sample("first byte, p95", proxied.quantile(0.95), "ms"),
                Sample("the engine's own, p95", own.quantile(0.95), "ms"),
                Sample("the proxy adds, p95", proxied.quantile(0.95) - own.quantile(0.95), "ms", goal: .atMost(5)),
                Sample("slowest first byte", proxied.quantile(1), "ms"),
                Sample("the engine's own slowest", own.quantile(1), "ms"),
            ]
        }
    }
}
