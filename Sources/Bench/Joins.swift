import TransportStream

/// Viewers that join a running stream, with one and with many watching it.
enum Joins {
    private static let watching = 500
    private static let joins = 100
    /// Not a multiple of the engine's tick, so that the joins fall everywhere between two of them.
    private static let interval = Duration.milliseconds(23)
    private static let target = "/ace/getstream?id=joined"

    static func round(_ site: BenchSite) throws(BenchError) -> [Sample] {
        let engine = try site.engine(bitrate: "8M")
        let proxy = try site.proxy(engine: engine.port)
        let watchers = Watchers()
        try watch(watchers, 1, port: proxy.port)
        let alone = try join(watchers, port: proxy.port)
        try watch(watchers, watching, port: proxy.port)
        let crowded = try join(watchers, port: proxy.port)
        let decodable = Double(crowded.count { isDecodable($0.opening) })
        let delays = Spread(crowded.compactMap(\.firstByteDelay))
        let quiet = Spread(alone.compactMap(\.firstByteDelay))
        return withExtendedLifetime(engine) {
            [
                Sample("first byte, p99, 500 watching", delays.quantile(0.99), "ms", goal: .atMost(10)),
                Sample("first byte, median, 500 watching", delays.median, "ms"),
                Sample("first byte, p99, one watching", quiet.quantile(0.99), "ms"),
                Sample("first byte, median, one watching", quiet.median, "ms"),
                Sample("joins that begin decodable", decodable, goal: .exactly(Double(joins))),
            ]
        }
    }

    /// Has so many watch, for long enough that a random-access point is in the proxy's memory.
    private static func watch(_ watchers: Watchers, _ count: Int, port: Int) throws(BenchError) {
        while watchers.all.count < count { watchers.open(target, port: port) }
        try watchers.run(until: "\(count) watch", within: .seconds(30)) { watchers in
            watchers.all.allSatisfy { $0.firstByteAt != nil }
        }
        watchers.run(for: .seconds(1))
    }

    private static func join(_ watchers: Watchers, port: Int) throws(BenchError) -> [Watchers.Watcher] {
        var joined: [Watchers.Watcher] = []
        for _ in 0..<joins {
            let index = watchers.open(target, port: port)
            try watchers.run(until: "a viewer joins", within: .seconds(20)) { watchers in
                watchers.all[index].opening.count >= Watchers.Watcher.openingLength || watchers.all[index].hasEnded
            }
            joined.append(watchers.all[index])
            watchers.close(index)
            watchers.run(for: interval)
        }
        return joined
    }

    /// Whether a stream begins with a program association table, the map it names, and a random-access point.
    private static func isDecodable(_ bytes: [UInt8]) -> Bool {
        var scanner = RandomAccessScanner()
        bytes.withUnsafeBytes { scanner.scan($0, position: 0) }
        return scanner.lastRandomAccess == 2 * UInt64(TransportPacket.size)
    }
}
