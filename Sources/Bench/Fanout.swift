import CLinux
import Foundation

/// What it costs to feed one stream to many viewers, against a program that does nothing but send.
///
/// Proxy and yardstick run in turn on one processor, source and viewers on another, so that a machine whose speed
/// drifts slows both. The yardstick runs twice a round: how it compares with itself is the noise.
struct Fanout {
    private struct Run {
        var busySeconds: Double
        var result: DrainingViewers.Result
        var bytesPerViewer: Double
        /// Viewers that the server disconnected.
        var lost: Int

        var secondsPerGB: Double { busySeconds / (result.bytes / 1e9) }
        var coreShare: Double { busySeconds / result.seconds }
        var delays: Spread { Spread(result.delays) }
    }

    let site: BenchSite
    let scenario: FanoutScenario

    func round() throws(BenchError) -> [Sample] {
        let first = try yardstick()
        let proxied = try proxy()
        let second = try yardstick()
        let base = (first.secondsPerGB + second.secondsPerGB) / 2
        let viewers = Double(scenario.viewers)
        var samples = [
            Sample("viewers fed", Double(proxied.result.fed + 1), goal: .exactly(viewers)),
            Sample("viewers disconnected", Double(proxied.lost), goal: .exactly(0)),
            Sample(
                "processor time, against the yardstick's", proxied.secondsPerGB / base, "×",
                goal: scenario.ratioGoal.map(Sample.Goal.atMost)),
            Sample("the yardstick against itself", second.secondsPerGB / first.secondsPerGB, "×"),
            Sample("processor seconds a GB", proxied.secondsPerGB, "s"),
            Sample("the yardstick's", base, "s"),
            Sample("share of a processor", proxied.coreShare, goal: scenario.coreGoal.map(Sample.Goal.atMost)),
            Sample("the yardstick's share", first.coreShare),
            Sample("sent", proxied.result.bytes / proxied.result.seconds / 1e6, "MB/s"),
        ]
        if scenario.bitsPerSecond != nil {
            samples += [
                Sample(
                    "added delay, median", proxied.delays.median, "ms",
                    goal: (scenario.delayGoals?.median).map(Sample.Goal.atMost)),
                Sample(
                    "added delay, p99", proxied.delays.quantile(0.99), "ms",
                    goal: (scenario.delayGoals?.p99).map(Sample.Goal.atMost)),
                Sample("the yardstick's delay, p99", first.delays.quantile(0.99), "ms"),
                Sample(
                    "memory a viewer", proxied.bytesPerViewer / 1024, "kB",
                    goal: scenario.memoryGoal.map(Sample.Goal.atMost)),
            ]
        }
        return samples
    }

    private func yardstick() throws(BenchError) -> Run {
        try measure(target: "/content/x") { source throws(BenchError) in
            try site.server("weir", arguments: { ["bench", "plain-sender", "\($0)", "\(source)"] })
        }
    }

    private func proxy() throws(BenchError) -> Run {
        try measure(target: "/ace/getstream?id=bench") { source throws(BenchError) in
            try site.proxy(engine: source)
        }
    }

    private func measure(
        target: String, _ start: (Int) throws(BenchError) -> BenchProgram
    ) throws(BenchError) -> Run {
        let source = try PacedSource(scenario)
        defer { source.stop() }
        let program = try start(source.port)
        let isSampling = scenario.bitsPerSecond != nil
        let alone = DrainingViewers(port: program.port, count: 1, target: target, isSampling: false)
        try alone.connect()
        // Without a limit, one viewer that is not drained would only fill its socket.
        _ = alone.run(for: .milliseconds(300))
        let residentBefore = MonotonicTime.residentBytes(of: program.pid)
        let viewers = DrainingViewers(
            port: program.port, count: scenario.viewers - 1, target: target, isSampling: isSampling)
        try viewers.connect()
        _ = viewers.run(for: scenario.warmUp)
        let busyBefore = MonotonicTime.processorSeconds(of: program.pid)
        let result = viewers.run(for: scenario.measured)
        let busy = MonotonicTime.processorSeconds(of: program.pid) - busyBefore
        let resident = MonotonicTime.residentBytes(of: program.pid)
        return withExtendedLifetime(alone) {
            Run(
                busySeconds: busy, result: result,
                bytesPerViewer: (resident - residentBefore) / Double(scenario.viewers - 1), lost: viewers.lost)
        }
    }
}
