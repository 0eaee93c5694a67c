import Foundation

/// How long a viewer waits for its first byte, and what one that stalls does to another.
///
/// Runs weir-engine and weir-proxy on free ports of this machine, a few seconds in all.
public struct FirstByte: Sendable {
    /// Results in milliseconds.
    public struct Report: Sendable, Codable {
        /// A new stream, read from the engine itself: its API call and its first byte.
        public var engineMedian: Double
        public var engineNoise: Double
        /// The same through the proxy.
        public var proxyMedian: Double
        public var proxyNoise: Double
        /// A viewer that joins a running stream.
        public var joinMedian: Double
        public var joinP99: Double
        /// The longest silence that a viewer sees while another does not read, and without that other.
        public var gapBesideStalled: Double
        public var gapAlone: Double
    }

    private let programs: String
    private let rounds: Int

    /// - Parameter programs: the directory of weir-engine and weir-proxy.
    public init(programs: String, rounds: Int) {
        self.programs = programs
        self.rounds = rounds
    }

    /// - Parameter progress: told what is measured, line by line.
    public func run(progress: (String) -> Void) throws(BenchError) -> Report {
        let engine = try BenchProgram(programs + "/weir-engine", arguments: { ["--port", "\($0)", "--bitrate", "8M"] })
        let proxy = try BenchProgram(
            programs + "/weir-proxy",
            environment: {
                [
                    "ACEXY_LISTEN_ADDR": "127.0.0.1:\($0)", "ACEXY_HOST": "127.0.0.1", "ACEXY_PORT": "\(engine.port)",
                    "ACEXY_ORCH_URL": "",
                ]
            })
        return try withExtendedLifetime((engine, proxy)) { () throws(BenchError) in
            try measure(enginePort: engine.port, proxyPort: proxy.port, progress: progress)
        }
    }

    private func measure(enginePort: Int, proxyPort: Int, progress: (String) -> Void) throws(BenchError) -> Report {
        progress("\(rounds) new streams, from the engine and through the proxy in turn")
        var direct: [Double] = []
        var proxied: [Double] = []
        for round in 0..<rounds {
            direct.append(try fromEngine(port: enginePort, id: "direct\(round)"))
            proxied.append(try firstByte(port: proxyPort, target: "/ace/getstream?id=new\(round)"))
        }
        progress("\(rounds) viewers that join a running stream")
        let watching = try LoopbackConnection(port: proxyPort)
        watching.get("/ace/getstream?id=joined")
        var buffer = [UInt8](repeating: 0, count: 256 << 10)
        let settled = ContinuousClock.now + .seconds(1)
        while ContinuousClock.now < settled, watching.read(&buffer) != nil {}
        var joins: [Double] = []
        try withExtendedLifetime(watching) { () throws(BenchError) in
            for _ in 0..<rounds { joins.append(try firstByte(port: proxyPort, target: "/ace/getstream?id=joined")) }
        }
        progress("a viewer alone for 3 s, then beside one that does not read")
        let alone = try longestGap(port: proxyPort, id: "alone")
        let stalled = try LoopbackConnection(port: proxyPort, receiveBuffer: 8192)
        stalled.get("/ace/getstream?id=beside")
        _ = stalled.read(&buffer)
        let beside = try withExtendedLifetime(stalled) { () throws(BenchError) in
            try longestGap(port: proxyPort, id: "beside")
        }
        let (directSpread, proxiedSpread, joinSpread) = (Spread(direct), Spread(proxied), Spread(joins))
        return Report(
            engineMedian: directSpread.median, engineNoise: directSpread.noise, proxyMedian: proxiedSpread.median,
            proxyNoise: proxiedSpread.noise, joinMedian: joinSpread.median, joinP99: joinSpread.quantile(0.99),
            gapBesideStalled: beside, gapAlone: alone)
    }

    /// What the proxy does, done by hand: the API call, then the stream.
    private func fromEngine(port: Int, id: String) throws(BenchError) -> Double {
        let start = ContinuousClock.now
        let api = try LoopbackConnection(port: port)
        api.get("/ace/getstream?id=\(id)&format=json&pid=\(id)")
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        guard let count = api.read(&buffer),
            let url = String(decoding: buffer[..<count], as: UTF8.self)
                .firstMatch(of: #/"playback_url":\s*"http:\/\/[^\/]+(?<path>[^"]+)"/#)
        else { throw BenchError("the engine does not answer a start") }
        _ = try firstByte(port: port, target: String(url.output.path).replacing("\\/", with: "/"))
        return start.duration(to: .now) / .milliseconds(1)
    }

    /// Milliseconds from connecting to the first byte behind the response's head.
    private func firstByte(port: Int, target: String) throws(BenchError) -> Double {
        let start = ContinuousClock.now
        let connection = try LoopbackConnection(port: port)
        connection.get(target)
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        var received: [UInt8] = []
        while let count = connection.read(&buffer) {
            received += buffer[..<count]
            guard let end = received.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound else { continue }
            guard received.starts(with: Array("HTTP/1.1 200".utf8)) else { break }
            if received.count > end { return start.duration(to: .now) / .milliseconds(1) }
        }
        throw BenchError("no stream at \(target)")
    }

    /// The longest silence in milliseconds during three seconds of a stream, after its first half second.
    private func longestGap(port: Int, id: String) throws(BenchError) -> Double {
        let connection = try LoopbackConnection(port: port)
        connection.get("/ace/getstream?id=\(id)")
        var buffer = [UInt8](repeating: 0, count: 256 << 10)
        let start = ContinuousClock.now
        var last: ContinuousClock.Instant?
        var longest = Duration.zero
        while start.duration(to: .now) < .milliseconds(3500) {
            guard connection.read(&buffer) != nil else { throw BenchError("the stream of a healthy viewer ended") }
            let now = ContinuousClock.now
            guard start.duration(to: now) > .milliseconds(500) else { continue }
            if let last { longest = max(longest, last.duration(to: now)) }
            last = now
        }
        return longest / .milliseconds(1)
    }
}
