public import ServiceLifecycle
import Storage
import Telemetry

extension Orchestrator {
    /// The loops: what the provider runs, health, leases and scaling.
    public nonisolated var services: [any Service] {
        [
            work,
            PeriodicLoop(pause: .seconds(1)) { await self.observe() },
            PeriodicLoop(pause: .milliseconds(250)) { await self.probeDueEngines() },
            PeriodicLoop(pause: .seconds(1)) { await self.tick() },
        ]
    }

    /// What time alone changes.
    private func tick() {
        expireLeases()
        reconcile()
        refreshGauges()
        metrics.databaseSize.set(journal.store.sizeInBytes)
    }
}
