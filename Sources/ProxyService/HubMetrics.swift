import Catalogue
import Telemetry

/// The handles that the streaming path writes to, resolved once.
struct HubMetrics: Sendable {
    let starts: [StartOutcome: Counter]
    let startDuration: [StartOutcome: Histogram]
    let recentFailuresAnswered: CounterVector<Label<StartOutcome>>
    let sessionsEnded: [SessionEndReason: Counter]
    let evictedAsStalled: Counter
    let evictedByOperator: Counter
    let sessions: Gauge
    let sessionsStarting: Gauge
    let sessionsStalled: Gauge
    let upstreamStalls: Counter
    let upstreamStallSeconds: Counter
    private let failovers: CounterVector<Labels2<FailoverReason, FailoverOutcome>>
    private let failoverDuration: HistogramVector<Label<FailoverOutcome>>
    let playersWaiting: Gauge
    let viewers: Gauge
    let viewersBlocked: Gauge
    let viewerLag: Gauge
    let viewerLagMaximum: Gauge
    let viewerDuration: Histogram
    let skips: Counter
    let firstByteOfColdStart: Histogram
    let firstByteOfJoin: Histogram
    let receivedBytes: Counter
    let discardedBytes: Counter
    let nullBytes: Counter
    let sentBytes: Counter
    let ringBytes: Gauge
    let ringUsedBytes: Gauge
    let threadRoundDuration: Histogram

    init(registry: Registry) {
        let starts: CounterVector<Label<StartOutcome>> = registry.counter(ProxyFamilies.streamStarts)
        let durations: HistogramVector<Label<StartOutcome>> = registry.histogram(ProxyFamilies.streamStartDuration)
        let ended: CounterVector<Label<SessionEndReason>> = registry.counter(ProxyFamilies.sessionsEnded)
        let evicted: CounterVector<Label<EvictionReason>> = registry.counter(ProxyFamilies.viewersEvicted)
        let firstBytes: HistogramVector<Label<FirstByteKind>> = registry.histogram(ProxyFamilies.timeToFirstByte)
        self.starts = Dictionary(uniqueKeysWithValues: StartOutcome.allCases.map { ($0, starts[Label($0)]) })
        startDuration = Dictionary(uniqueKeysWithValues: StartOutcome.allCases.map { ($0, durations[Label($0)]) })
        sessionsEnded = Dictionary(uniqueKeysWithValues: SessionEndReason.allCases.map { ($0, ended[Label($0)]) })
        evictedAsStalled = evicted[Label(.stalled)]
        evictedByOperator = evicted[Label(.kicked)]
        recentFailuresAnswered = registry.counter(ProxyFamilies.recentFailuresAnswered)
        sessions = registry.gauge(ProxyFamilies.sessions)
        sessionsStarting = registry.gauge(ProxyFamilies.sessionsStarting)
        sessionsStalled = registry.gauge(ProxyFamilies.sessionsStalled)
        upstreamStalls = registry.counter(ProxyFamilies.upstreamStalls)
        upstreamStallSeconds = registry.counter(ProxyFamilies.upstreamStallSeconds)
        failovers = registry.counter(ProxyFamilies.failovers)
        failoverDuration = registry.histogram(ProxyFamilies.failoverDuration)
        playersWaiting = registry.gauge(ProxyFamilies.playersWaiting)
        viewers = registry.gauge(ProxyFamilies.viewers)
        viewersBlocked = registry.gauge(ProxyFamilies.viewersBlocked)
        viewerLag = registry.gauge(ProxyFamilies.viewerLag)
        viewerLagMaximum = registry.gauge(ProxyFamilies.viewerLagMaximum)
        viewerDuration = registry.histogram(ProxyFamilies.viewerDuration)
        skips = registry.counter(ProxyFamilies.viewerSkips)
        firstByteOfColdStart = firstBytes[Label(.cold)]
        firstByteOfJoin = firstBytes[Label(.join)]
        receivedBytes = registry.counter(ProxyFamilies.receivedBytes)
        discardedBytes = registry.counter(ProxyFamilies.discardedBytes)
        nullBytes = registry.counter(ProxyFamilies.nullBytes)
        sentBytes = registry.counter(ProxyFamilies.sentBytes)
        ringBytes = registry.gauge(ProxyFamilies.ringBytes)
        ringUsedBytes = registry.gauge(ProxyFamilies.ringUsedBytes)
        threadRoundDuration = registry.histogram(ProxyFamilies.threadRoundDuration)
    }

    /// - Parameter trace: of the request that asked for the start.
    func recordStart(_ outcome: StartOutcome, after duration: Duration, trace: TraceContext?) {
        let exemplar = trace?.exemplarLabels ?? []
        starts[outcome]?.increment(exemplar: exemplar)
        startDuration[outcome]?.observe(duration, exemplar: exemplar)
    }

    /// - Parameter duration: since the old engine's last byte.
    func recordFailover(_ reason: FailoverReason, _ outcome: FailoverOutcome, after duration: Duration) {
        failovers[Labels2(reason, outcome)].increment()
        failoverDuration[Label(outcome)].observe(duration)
    }

    func recordFirstByte(_ demand: ViewerDemand, now: ContinuousClock.Instant) {
        let histogram = demand.kind == .join ? firstByteOfJoin : firstByteOfColdStart
        histogram.observe(demand.requestedAt.duration(to: now))
    }
}
