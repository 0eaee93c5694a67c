/// The sender's own series.
struct RemoteWriteMetrics: Sendable {
    let sent: Counter
    let retried: Counter
    private let dropped: CounterVector<Label<RemoteWriteDropReason>>
    private let queueLength: GaugeVector<Label<RemoteWriteFamilies.Place>>
    private let queueBytes: GaugeVector<Label<RemoteWriteFamilies.Place>>
    let lastSuccess: Gauge

    init(registry: Registry) {
        sent = registry.counter(RemoteWriteFamilies.sent)
        retried = registry.counter(RemoteWriteFamilies.retried)
        dropped = registry.counter(RemoteWriteFamilies.dropped)
        queueLength = registry.gauge(RemoteWriteFamilies.queueLength)
        queueBytes = registry.gauge(RemoteWriteFamilies.queueBytes)
        lastSuccess = registry.gauge(RemoteWriteFamilies.lastSuccess)
    }

    func drop(_ samples: Int, _ reason: RemoteWriteDropReason) {
        dropped[Label(reason)].increment(by: samples)
    }

    func show(_ queue: RemoteWriteQueue) {
        queueLength[Label(.memory)].set(queue.memoryCount)
        queueLength[Label(.spool)].set(queue.spoolCount)
        queueBytes[Label(.memory)].set(queue.memoryBytes)
        queueBytes[Label(.spool)].set(queue.spoolBytes)
    }
}
