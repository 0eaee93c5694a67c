import Catalogue
import Telemetry

/// What the request guards hold back.
struct GuardMetrics: Sendable {
    let badRequests: Counter
    let lateHeaders: Counter
    let connectionLimit: Counter
    let stalledReaders: Counter

    init(registry: Registry) {
        let refused: CounterVector<Label<RefusalReason>> = registry.counter(OrchestratorFamilies.connectionsRefused)
        badRequests = refused[Label(.badRequest)]
        connectionLimit = refused[Label(.connectionLimit)]
        stalledReaders = refused[Label(.stalled)]
        lateHeaders = refused[Label(.headerTimeout)]
    }
}
