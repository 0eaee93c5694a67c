import Catalogue
import Telemetry

/// The handles that the streaming path writes to, resolved once.
struct HubMetrics: Sendable {
    let starts: [StartOutcome: Counter]
    let startDuration: [StartOutcome: Histogram]
    let sessionsEnded: [SessionEndReason: Counter]
    let evictedAsStalled: Counter
    let sessions: Gauge
    let viewers: Gauge
    let skips: Counter
    let receivedBytes: Counter
    let sentBytes: Counter
    let ringBytes: Gauge

    init(registry: Registry) {
        let starts: CounterVector<Label<StartOutcome>> = registry.counter(ProxyFamilies.streamStarts)
        let durations: HistogramVector<Label<StartOutcome>> = registry.histogram(ProxyFamilies.streamStartDuration)
        let ended: CounterVector<Label<SessionEndReason>> = registry.counter(ProxyFamilies.sessionsEnded)
        let evicted: CounterVector<Label<EvictionReason>> = registry.counter(ProxyFamilies.viewersEvicted)
        self.starts = Dictionary(uniqueKeysWithValues: StartOutcome.allCases.map { ($0, starts[Label($0)]) })
        startDuration = Dictionary(uniqueKeysWithValues: StartOutcome.allCases.map { ($0, durations[Label($0)]) })
        sessionsEnded = Dictionary(uniqueKeysWithValues: SessionEndReason.allCases.map { ($0, ended[Label($0)]) })
        evictedAsStalled = evicted[Label(.stalled)]
        sessions = registry.gauge(ProxyFamilies.sessions)
        viewers = registry.gauge(ProxyFamilies.viewers)
        skips = registry.counter(ProxyFamilies.viewerSkips)
        receivedBytes = registry.counter(ProxyFamilies.receivedBytes)
        sentBytes = registry.counter(ProxyFamilies.sentBytes)
        ringBytes = registry.gauge(ProxyFamilies.ringBytes)
    }

    /// - Parameter trace: of the request that asked for the start.
    func recordStart(_ outcome: StartOutcome, after duration: Duration, trace: TraceContext?) {
        starts[outcome]?.increment()
        startDuration[outcome]?.observe(duration)
    }
}
