import Catalogue
import Fleet
import Logging
import Providers
import Storage
import Telemetry

extension Orchestrator {
    /// Asks the provider what runs, and acts on the difference. Does nothing to the fleet when the provider does not
    /// answer.
    /// - Returns: whether it answered.
    @discardableResult
    func observe() async -> Bool {
        let provided: [ProvidedEngine]
        let begunAt: Timestamp
        let begin = ContinuousClock.now
        do throws(ProviderError) {
            (provided, begunAt) = try await listing()
            metrics.provisioning.calls.record(.list, .ok, since: begin)
        } catch {
            count(error, of: .list, since: begin)
            metrics.collectErrors.increment()
            logger.warning("the provider does not say what runs: \(error.message)")
            return false
        }
        // What is just being created joins the fleet when its creation returns.
        let known = provided.filter { provisions[$0.name] == nil }
        let running = known.filter(\.isRunning).map { Engine($0, firstSeen: begunAt) }
        exited = Set(known.filter { !$0.isRunning }.map(\.id))
        let changes = fleet.observe(running: running, begunAt: begunAt, now: now)
        metrics.fleet.added[Label(.adopted)].increment(
            by: changes.count { if case .engineAdded = $0 { true } else { false } })
        apply(changes)
        provisioner.observed(provided: provided.map(\.httpPort), fleet: fleet, begunAt: begunAt)
        if !hasAdopted { await adopt() }
        reconcile()
        return true
    }

    /// Brings back, once, what was known of the engines found and of their streams. Nothing is started or stopped.
    private func adopt() async {
        do {
            var changes: [FleetChange] = []
            for stored in try await journal.store.engines() {
                changes += fleet.restore(
                    firstSeen: stored.firstSeen, lastStreamUsage: stored.lastStreamUsage, of: stored.id)
                if fleet.engines[stored.id] == nil { journal.append([.removeEngine(id: stored.id)]) }
            }
            let streams = try await journal.store.streams(maxEnded: configuration.limits.maxEndedStreams)
            changes += fleet.restore(streams, now: now)
            floor = try await journal.store.configuration("scale_floor").flatMap { Int($0) } ?? 0
            let looping = try await journal.store.configuration(Self.loopingKey)
            guard !hasAdopted else { return }
            if let looping { self.looping = LoopingContents(text: looping) }
            hasAdopted = true
            apply(changes)
            refreshGauges()
            stopSessionsLeftBehind()
            logger.info(
                "adopted what runs",
                metadata: ["engines": "\(fleet.engines.count)", "streams": "\(fleet.streams.count)"])
        } catch {
            logger.error("stored state cannot be read: \(error)")
        }
    }

    /// Ends leases whose time is over.
    func expireLeases() {
        apply(fleet.expireLeases(now: now))
    }
}
