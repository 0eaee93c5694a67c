import Catalogue
import Telemetry

/// The way of changes to the database.
struct JournalMetrics: Sendable {
    let pending: Gauge
    let dropped: Counter
    private let duration: Histogram
    private let batchSize: Histogram
    private let errors: Counter

    init(registry: Registry) {
        pending = registry.gauge(OrchestratorFamilies.databasePending)
        dropped = registry.counter(OrchestratorFamilies.databaseDropped)
        duration = registry.histogram(OrchestratorFamilies.databaseWriteDuration)
        batchSize = registry.histogram(OrchestratorFamilies.databaseBatchSize)
        errors = registry.counter(OrchestratorFamilies.databaseErrors)
    }

    /// Counts one transaction that began at `begin` and has just ended.
    func record(changes: Int, since begin: ContinuousClock.Instant, succeeded: Bool) {
        duration.observe(begin.duration(to: .now))
        batchSize.observe(Double(changes))
        if !succeeded { errors.increment() }
    }
}
