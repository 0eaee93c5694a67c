import Catalogue
import Fleet
import ServiceLifecycle

/// Does something again and again, with a pause between the end of one turn and the next, until shutdown.
struct PeriodicLoop: Service {
    let loop: ControlLoop
    let pause: Duration
    let metrics: LoopMetrics
    let clock: SteadyClock
    /// Returns whether it did what it was to do.
    let turn: @Sendable () async -> Bool

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let begin = ContinuousClock.now
                let succeeded = await turn()
                metrics.record(
                    loop, took: begin.duration(to: .now), pause: pause, succeeded: succeeded, now: clock.now)
                try? await Task.sleep(for: pause)
            }
        }
    }
}
