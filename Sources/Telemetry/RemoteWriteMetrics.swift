/// The sender's own series.
struct RemoteWriteMetrics: Sendable {
    let sent: Counter
    let retried: Counter
    private let dropped: CounterVector<Label<RemoteWriteDropReason>>
    private let queueLength: GaugeVector<Label<RemoteWriteFamilies.Place>>
    private let queueBytes: GaugeVector<Label<RemoteWriteFamilies.Place>>
    let lastSuccess: Gauge

    init(registry: Registry) {
        sent = CounterVector(children: Self.counters(RemoteWriteFamilies.sent, registry))[NoLabels()]
        retried = CounterVector(children: Self.counters(RemoteWriteFamilies.retried, registry))[NoLabels()]
        dropped = CounterVector(children: Self.counters(RemoteWriteFamilies.dropped, registry))
        queueLength = GaugeVector(children: Self.gauges(RemoteWriteFamilies.queueLength, registry))
        queueBytes = GaugeVector(children: Self.gauges(RemoteWriteFamilies.queueBytes, registry))
        lastSuccess = Gauge(block: Self.gauges(RemoteWriteFamilies.lastSuccess, registry)[NoLabels()])
    }

    private static func counters<Labels>(
        _ declared: CounterFamily<Labels>, _ registry: Registry
    ) -> Children<Labels, CounterInstrument> {
        registry.register(
            declared.family, known: declared.known, kind: CounterInstrument(isShared: false), isOwn: true)
    }

    private static func gauges<Labels>(
        _ declared: GaugeFamily<Labels>, _ registry: Registry
    ) -> Children<Labels, GaugeInstrument> {
        registry.register(declared.family, known: declared.known, kind: GaugeInstrument(), isOwn: true)
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
