import Catalogue
import Telemetry

/// What the request guards hold back.
struct GuardMetrics: Sendable {
    let badRequests: Counter
    let lateHeaders: Counter

    init(registry: Registry) {
        let refused: CounterVector<Label<RefusalReason>> = registry.counter(OrchestratorFamilies.connectionsRefused)
        badRequests = refused[Label(.badRequest)]
        lateHeaders = refused[Label(.headerTimeout)]
    }
}
