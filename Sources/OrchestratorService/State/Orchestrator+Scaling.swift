import Fleet
import Logging
import Objectives
import Scaling
import Storage
import Telemetry

extension Orchestrator {
    /// Decides how many engines are wanted and begins what that takes. May be called at any time and any number of
    /// times.
    func reconcile() {
        guard hasAdopted, !isStopping else { return }
        let begin = ContinuousClock.now
        defer { metrics.scaling.reconcileDuration.observe(begin.duration(to: .now)) }
        let decision = policy.decide(signals())
        desired = decision.desired
        metrics.scaling.show(decision)
        recordIfNew(decision)
        let actions = configuration.reconciler.actions(
            desired: desired, fleet: fleet, exited: exited.subtracting(freeing).sorted(),
            provisioning: provisioner.pendingCount, lastReplacement: lastReplacement, now: now)
        serveTurns()
        missing = 0
        for action in actions { perform(action) }
    }

    /// Sets the number of engines that exist at least, until it is changed again.
    func setFloor(_ engines: Int) {
        floor = engines
        journal.append([
            .setConfiguration(key: "scale_floor", value: String(engines)),
            .logEvent(
                EventRecord(
                    at: now, type: .system, category: "scaling",
                    message: "a floor of \(engines) engine\(engines == 1 ? "" : "s") was set by hand")),
        ])
        reconcile()
    }

    func signals() -> ScalingSignals {
        let now = now
        let wanted = fleet.engines.values.count { engine in
            engine.removal == nil && engine.health != .unhealthy && !engine.isCutOff
                && (engine.isReady || now - engine.firstSeen < configuration.startupTimeout)
        }
        return ScalingSignals(
            at: now.milliseconds, current: wanted + provisioner.pendingCount, free: fleet.freeEngineCount,
            used: fleet.engines.values.count { fleet.load(of: $0.id) > 0 }, load: fleet.totalLoad,
            slotsPerEngine: configuration.limits.maxStreamsPerEngine, waiting: waiting.count,
            demand: demand.estimate(now: now.milliseconds), leadTimeSeconds: leadTime.seconds,
            burnRate: startObjective.burnRate(overLast: 300_000, now: now.milliseconds), floor: floor)
    }

    private func perform(_ action: Reconciler.Action) {
        switch action {
        case .provision(let count, let purpose):
            provision(count, purpose: purpose)
        case .remove(let id, .exited):
            work.submit { await self.free(id) }
        case .remove(let id, let reason):
            if reason == .unhealthy { lastReplacement = now }
            work.submit { _ = await self.remove(id, reason: reason) }
        }
    }

    /// Begins as many as limits allow; what the limiter only delays is tried again when it allows it.
    private func provision(_ count: Int, purpose: Provision.Purpose) {
        for begun in 0..<count {
            do throws(ProvisionBlock) {
                let provision = try beginProvision(ProvisionOrder(), purpose: purpose)
                work.submit { _ = try? await self.carryOut(provision) }
            } catch {
                missing += count - begun
                if case .notBefore(let time) = error { retry(at: time) }
                return
            }
        }
    }

    func retry(at time: Timestamp) {
        guard !isRetryScheduled else { return }
        isRetryScheduled = true
        let pause = time - now
        work.submit {
            try? await Task.sleep(for: pause)
            await self.retryNow()
        }
    }

    private func retryNow() {
        isRetryScheduled = false
        reconcile()
    }

    /// Changes are recorded at once; a decision that repeats, at most once in the interval set.
    private func recordIfNew(_ decision: ScalingDecision) {
        if let last = lastRecordedDecision, last.direction == decision.direction,
            decision.direction == .hold || last.desired == decision.desired,
            decision.at - last.at < configuration.holdRecordInterval.wholeMilliseconds
        {
            return
        }
        lastRecordedDecision = decision
        metrics.scaling.count(decision, minFree: configuration.bounds.minFree)
        journal.append([.logDecision(decision)])
        guard decision.direction != .hold else { return }
        logger.info("\(decision.reason)", metadata: ["desired": "\(decision.desired)"])
    }
}
