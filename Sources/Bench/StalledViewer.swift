/// What a viewer that reads nothing does to those who watch the same stream.
enum StalledViewer {
    private static let viewers = 10
    private static let measured = Duration.seconds(4)

    static func round(_ site: BenchSite) throws(BenchError) -> [Sample] {
        let engine = try site.engine(bitrate: "40M")
        let proxy = try site.proxy(engine: engine.port)
        let own = try longestSilence { $0.openAtEngine(content: "own\($1)", port: engine.port) }
        let calm = try longestSilence { watchers, _ in watchers.open("/ace/getstream?id=calm", port: proxy.port) }
        let stalled = try LoopbackConnection(port: proxy.port, receiveBuffer: 8192)
        stalled.get("/ace/getstream?id=beside")
        var buffer = [UInt8](repeating: 0, count: 4096)
        guard stalled.read(&buffer) != nil else { throw BenchError("the viewer that is to stall gets nothing") }
        let beside = try longestSilence { watchers, _ in watchers.open("/ace/getstream?id=beside", port: proxy.port) }
        return withExtendedLifetime(stalled) {
            [
                Sample("longest gap of ten viewers, one stalled", beside, "ms", goal: .atMost(20)),
                Sample("longest gap of ten viewers, none stalled", calm, "ms"),
                Sample("longest gap of the engine's own viewer", own, "ms"),
            ]
        }
    }

    private static func longestSilence(_ open: (Watchers, Int) -> Int) throws(BenchError) -> Double {
        let watchers = Watchers()
        for number in 0..<viewers { _ = open(watchers, number) }
        try watchers.run(until: "ten viewers watch", within: .seconds(20)) { watchers in
            watchers.all.allSatisfy { $0.firstByteAt != nil }
        }
        watchers.run(for: .seconds(1))
        watchers.forgetSilences()
        watchers.run(for: measured)
        guard watchers.all.allSatisfy({ !$0.hasEnded }) else { throw BenchError("a viewer was disconnected") }
        return watchers.longestSilence
    }
}
