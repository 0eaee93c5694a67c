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
        let stored: StoredState?
        if hasAdopted {
            stored = nil
        } else {
            // Read before anything found now replaces it.
            guard let read = await storedState() else { return false }
            stored = read
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
        if let stored, !hasAdopted { adopt(stored) }
        reconcile()
        return true
    }

    /// What the database holds of the time before this start.
    private struct StoredState: Sendable {
        var engines: [Engine]
        var streams: [StreamRecord]
        var floor: Int
        var looping: String?
    }

    private func storedState() async -> StoredState? {
        do throws(StorageError) {
            let store = journal.store
            return StoredState(
                engines: try await store.engines(),
                streams: try await store.streams(maxEnded: configuration.limits.maxEndedStreams),
                floor: try await store.configuration("scale_floor").flatMap { Int($0) } ?? 0,
                looping: try await store.configuration(Self.loopingKey))
        } catch {
            logger.error("stored state cannot be read: \(error)")
            return nil
        }
    }

    /// Brings back, once, what was known of the engines found and of their streams. Nothing is started or stopped.
    private func adopt(_ stored: StoredState) {
        var changes: [FleetChange] = []
        for engine in stored.engines {
            changes += fleet.restore(
                firstSeen: engine.firstSeen, lastStreamUsage: engine.lastStreamUsage, of: engine.id)
            if fleet.engines[engine.id] == nil { journal.append([.removeEngine(id: engine.id)]) }
        }
        changes += fleet.restore(stored.streams, now: now)
        floor = stored.floor
        if let looping = stored.looping { self.looping = LoopingContents(text: looping) }
        hasAdopted = true
        apply(changes)
        refreshGauges()
        stopSessionsLeftBehind()
        logger.info(
            "adopted what runs",
            metadata: ["engines": "\(fleet.engines.count)", "streams": "\(fleet.streams.count)"])
    }

    /// Ends leases whose time is over.
    func expireLeases() {
        guard leadership.isLeading else { return }
        apply(fleet.expireLeases(now: now))
    }
}
