import Fleet
import Catalogue
public import ServiceLifecycle
import Settings
import Storage
import Telemetry

extension Orchestrator {
    /// The loops: what the provider runs, health, leases and scaling.
    public nonisolated var services: [any Service] {
        let wake = WakeSignal()
        var services: [any Service] = [
            work,
            ChangeWatch(provider: provider, wake: wake),
            loop(.observe, pause: configuration.monitorInterval, wake: wake) { await self.observe() },
            loop(.health, pause: .milliseconds(250)) {
                await self.probeDueEngines()
                return true
            },
            loop(.collect, pause: min(.milliseconds(250), configuration.collector.interval / 4)) {
                await self.collectDueStreams()
                return true
            },
            loop(.maintenance, pause: maintenancePause) { await self.maintain() },
            loop(.reconcile, pause: .seconds(1)) {
                await self.tick()
                return true
            },
        ]
        if let vpnWatch {
            services.append(
                loop(.vpn, pause: vpnWatch.checkInterval) {
                    await self.watchVPN()
                    return true
                })
        }
        return services
    }

    private nonisolated var maintenancePause: Duration {
        let storage = configuration.storage
        let intervals = [storage.backupInterval, storage.maintenanceInterval].filter { $0 > .zero }
        return max(.seconds(1), min(.seconds(60), (intervals.min() ?? .seconds(240)) / 4))
    }

    private nonisolated func loop(
        _ loop: ControlLoop, pause: Duration, wake: WakeSignal? = nil, turn: @escaping @Sendable () async -> Bool
    ) -> PeriodicLoop {
        PeriodicLoop(loop: loop, pause: pause, metrics: metrics.loops, clock: clock, wake: wake, turn: turn)
    }

    /// What time alone changes.
    private func tick() {
        expireLeases()
        expireProxies()
        expireLooping()
        apply(fleet.readmit(now: now))
        actOnVPN()
        reconcile()
        refreshGauges()
        keepFollowersAlive()
        metrics.databaseSize.set(journal.store.sizeInBytes)
    }
}
