import Foundation
import Outbound
import Synchronization
import TestSupport

/// Looks at the proxy, the orchestrator and the engines every second while a soak runs.
final class SoakSampler: Sendable {
    struct Sample: Sendable {
        /// Seconds since the soak began.
        let time: Double
        let proxy: ProcessFigures
        /// Nil while it is dead.
        let orchestrator: (pid: pid_t, figures: ProcessFigures)?
        let proxySessions: Int
        let proxyViewers: Int
    }

    private let run: ApplianceRun
    private let proxy: pid_t
    private let begin = ContinuousClock.now
    private let taken = Mutex<[Sample]>([])

    init(_ run: ApplianceRun) throws {
        guard let pid = try run.readTable().pids["proxy"] else {
            throw Overdue(description: "the table names no proxy")
        }
        self.run = run
        proxy = pid
    }

    var samples: [Sample] { taken.withLock { $0 } }

    /// Takes samples until its task is cancelled.
    func watch() async {
        while !Task.isCancelled {
            await takeSample()
            try? await Task.sleep(for: .seconds(1))
        }
    }

    private func takeSample() async {
        guard let figures = ProcessFigures(of: proxy),
            let metrics = try? await MetricsText(run.get(run.table.proxy + "/metrics").text)
        else { return }
        let pid = try? run.readTable().pids["orchestrator"]
        let orchestrator = pid.flatMap { pid in ProcessFigures(of: pid).map { (pid, $0) } }
        let sample = Sample(
            time: begin.duration(to: .now) / .seconds(1), proxy: figures, orchestrator: orchestrator,
            proxySessions: metrics.sum("weir_proxy_sessions"), proxyViewers: metrics.sum("weir_proxy_viewers"))
        taken.withLock { $0.append(sample) }
    }

    // MARK: Figures

    /// The trend of a figure for each minute, over the second half of the samples of `from`.
    static func trend(_ samples: [Sample], _ figure: (Sample) -> Int?) -> Trend? {
        guard let last = samples.last, let first = samples.first else { return nil }
        let middle = (first.time + last.time) / 2
        return Trend(
            samples.filter { $0.time >= middle }.compactMap { sample in
                figure(sample).map { (sample.time / 60, Double($0)) }
            })
    }

    /// The samples of the orchestrator that ran last.
    var ofLastOrchestrator: [Sample] {
        let samples = samples
        guard let pid = samples.last(where: { $0.orchestrator != nil })?.orchestrator?.pid else { return [] }
        return samples.filter { $0.orchestrator?.pid == pid }
    }
}
