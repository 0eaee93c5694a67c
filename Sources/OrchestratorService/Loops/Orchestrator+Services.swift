public import ServiceLifecycle
import Storage
import Telemetry

extension Orchestrator {
    /// The loops: what the provider runs, health, leases and scaling, each every second; and the end of all waiting at
    /// shutdown.
    public nonisolated var services: [any Service] {
        [
            work,
            PeriodicLoop(pause: .seconds(1)) { await self.observe() },
            PeriodicLoop(pause: .milliseconds(250)) { await self.probeDueEngines() },
            PeriodicLoop(pause: .seconds(1)) { await self.tick() },
            ShutdownNotice { await self.stop() },
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
