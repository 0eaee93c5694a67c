import CLinux
import Foundation

/// What it costs to feed one stream to many viewers, against a program that does nothing but send.
///
/// Proxy and yardstick run in turn on one processor, source and viewers on another, so that a machine whose speed
/// drifts slows both. The yardstick runs twice a round: how it compares with itself is the noise.
public struct Fanout: Sendable {
    public struct Report: Sendable, Codable {
        public var viewers: Int
        /// Processor seconds for each gigabyte sent, medians.
        public var yardstickSecondsPerGB: Double
        public var proxySecondsPerGB: Double
        /// The proxy's processor time by the yardstick's of the same round, median.
        public var ratio: Double
        /// The yardstick by itself: lowest, median and highest ratio.
        public var selfRatios: [Double]
        /// Milliseconds from the source's write to the viewer's read.
        public var proxyDelayP50: Double
        public var proxyDelayP99: Double
        public var yardstickDelayP99: Double
        public var bytesPerViewer: Double
        public var fed: Int
    }

    private struct Run {
        var secondsPerGB: Double
        var delays: Spread
        var bytesPerViewer: Double
        var fed: Int
    }

    private let programs: String
    private let scenario: FanoutScenario
    private let rounds: Int

    init(programs: String, scenario: FanoutScenario, rounds: Int) {
        self.programs = programs
        self.scenario = scenario
        self.rounds = rounds
    }

    func run(progress: (String) -> Void) throws(BenchError) -> Report {
        guard ProcessInfo.processInfo.activeProcessorCount >= 2 else {
            throw BenchError("two processors are needed: one for the server, one for source and viewers")
        }
        var first: [Run] = []
        var proxied: [Run] = []
        var second: [Run] = []
        for round in 1...rounds {
            progress("\(scenario.viewers) viewers, round \(round) of \(rounds)")
            first.append(try yardstick())
            proxied.append(try proxy())
            second.append(try yardstick())
        }
        let base = zip(first, second).map { ($0.secondsPerGB + $1.secondsPerGB) / 2 }
        let ratios = Spread(zip(proxied, base).map { $0.secondsPerGB / $1 })
        let own = Spread(zip(second, first).map { $0.secondsPerGB / $1.secondsPerGB })
        return Report(
            viewers: scenario.viewers, yardstickSecondsPerGB: Spread(base).median,
            proxySecondsPerGB: Spread(proxied.map(\.secondsPerGB)).median, ratio: ratios.median,
            selfRatios: [own.quantile(0), own.median, own.quantile(1)],
            proxyDelayP50: Spread(proxied.map { $0.delays.median }).median,
            proxyDelayP99: Spread(proxied.map { $0.delays.quantile(0.99) }).median,
            yardstickDelayP99: Spread(first.map { $0.delays.quantile(0.99) }).median,
            bytesPerViewer: Spread(proxied.map(\.bytesPerViewer)).median, fed: proxied.map(\.fed).min() ?? 0)
    }

    private func yardstick() throws(BenchError) -> Run {
        try measure(target: "/content/x") { source throws(BenchError) in
            try BenchProgram(
                programs + "/weir", arguments: { ["bench", "plain-sender", "\($0)", "\(source)"] })
        }
    }

    private func proxy() throws(BenchError) -> Run {
        try measure(target: "/ace/getstream?id=bench") { source throws(BenchError) in
            try BenchProgram(
                programs + "/weir-proxy",
                environment: {
                    [
                        "ACEXY_LISTEN_ADDR": "127.0.0.1:\($0)", "ACEXY_HOST": "127.0.0.1", "ACEXY_PORT": "\(source)",
                        "ACEXY_ORCH_URL": "", "ACEXY_LOG_LEVEL": "error",
                    ]
                })
        }
    }

    private func measure(
        target: String, _ start: (Int) throws(BenchError) -> BenchProgram
    ) throws(BenchError) -> Run {
        weir_pin_to_processor(1)
        let source = try PacedSource(scenario)
        defer { source.stop() }
        weir_pin_to_processor(0)
        let program = try start(source.port)
        weir_pin_to_processor(1)
        let alone = DrainingViewers(port: program.port, count: 1, target: target)
        try alone.connect()
        _ = alone.run(for: .milliseconds(300))
        let residentBefore = MonotonicTime.residentBytes(of: program.pid)
        let viewers = DrainingViewers(port: program.port, count: scenario.viewers - 1, target: target)
        try viewers.connect()
        _ = viewers.run(for: scenario.warmUp)
        let busyBefore = MonotonicTime.processorSeconds(of: program.pid)
        let result = viewers.run(for: scenario.measured)
        let busy = MonotonicTime.processorSeconds(of: program.pid) - busyBefore
        let resident = MonotonicTime.residentBytes(of: program.pid)
        return withExtendedLifetime(alone) {
            Run(
                secondsPerGB: busy / (result.bytes / 1e9), delays: Spread(result.delays),
                bytesPerViewer: (resident - residentBefore) / Double(scenario.viewers - 1), fed: result.fed + 1)
        }
    }
}
