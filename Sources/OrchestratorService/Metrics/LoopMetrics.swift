import Catalogue
import Fleet
import Telemetry

/// The turns of the control loops.
struct LoopMetrics: Sendable {
    private let duration: HistogramVector<Label<ControlLoop>>
    private let lastSuccess: GaugeVector<Label<ControlLoop>>
    private let failures: CounterVector<Label<ControlLoop>>
    private let overruns: CounterVector<Label<ControlLoop>>

    init(registry: Registry) {
        duration = registry.histogram(OrchestratorFamilies.loopDuration)
        lastSuccess = registry.gauge(OrchestratorFamilies.loopLastSuccess)
        failures = registry.counter(OrchestratorFamilies.loopFailures)
        overruns = registry.counter(OrchestratorFamilies.loopOverruns)
    }

    /// Counts one turn.
    /// - Parameter pause: between two turns; a longer turn is an overrun.
    func record(_ loop: ControlLoop, took time: Duration, pause: Duration, succeeded: Bool, now: Timestamp) {
        duration[Label(loop)].observe(time)
        if time > pause { overruns[Label(loop)].increment() }
        if succeeded {
            lastSuccess[Label(loop)].set(Double(now.milliseconds) / 1000)
        } else {
            failures[Label(loop)].increment()
        }
    }
}
