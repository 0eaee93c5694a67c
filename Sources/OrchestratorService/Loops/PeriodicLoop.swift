import Catalogue
import Fleet
import ServiceLifecycle

/// Does something again and again, with a pause between the end of one turn and the next that may be cut short, until
/// shutdown.
struct PeriodicLoop: Service {
    let loop: ControlLoop
    let pause: Duration
    let metrics: LoopMetrics
    let clock: SteadyClock
    var wake: WakeSignal?
    /// Returns whether it did what it was to do.
    let turn: @Sendable () async -> Bool

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let begin = ContinuousClock.now
                let succeeded = await turn()
                metrics.record(
                    loop, took: begin.duration(to: .now), pause: pause, succeeded: succeeded, now: clock.now)
                if let wake {
                    await wake.sleep(upTo: pause)
                } else {
                    try? await Task.sleep(for: pause)
                }
            }
        }
    }
}
