import Catalogue
import EngineAPI
import Fleet
import Telemetry

extension Orchestrator {
    /// Begins a probe of every engine that is due: each in its own task, so that a hung one delays nobody.
    func probeDueEngines() {
        let now = now
        for engine in fleet.engines.values where isDue(engine, now: now) && engine.removal == nil {
            guard probing.insert(engine.id).inserted else { continue }
            let timeout = configuration.healthCheckTimeout
            work.submit { [probe] in
                let begin = ContinuousClock.now
                var failure: EngineError?
                do throws(EngineError) {
                    try await probe.check(engine.endpoint, timeout: timeout)
                } catch {
                    failure = error
                }
                if !Task.isCancelled { await self.finishProbe(of: engine.id, failure: failure, since: begin) }
            }
        }
    }

    func recordProbe(of engineID: String, failure: EngineError?, since begin: ContinuousClock.Instant) {
        let result: HealthCheckResult =
            failure == nil ? .success : failure?.code == .timeout ? .timeout : .failure
        metrics.fleet.healthChecks[Label(result)].increment()
        metrics.fleet.healthCheckDuration[Label(result)].observe(begin.duration(to: .now))
        // One that is still starting is not expected to answer.
        if let failure, fleet.engines[engineID]?.isReady == true {
            metrics.communicationErrors[CommunicationErrorLabels(.engine, failure.code.errorType)].increment()
            metrics.collectErrors.increment()
        }
        enginesDocument = nil
        let changes = fleet.recordProbe(of: engineID, answered: failure == nil, now: now)
        apply(changes)
        if !changes.isEmpty { reconcile() }
    }

    private func finishProbe(of engineID: String, failure: EngineError?, since begin: ContinuousClock.Instant) {
        probing.remove(engineID)
        recordProbe(of: engineID, failure: failure, since: begin)
    }

    /// A healthy engine is due once in the interval; one that is starting or has just failed, each second.
    private func isDue(_ engine: Engine, now: Timestamp) -> Bool {
        guard let last = engine.lastHealthCheck else { return true }
        let interval = configuration.healthCheckInterval
        let isSettled = engine.health != .unknown && engine.failedProbes == 0
        return now - last >= (isSettled ? interval : min(interval, .seconds(1)))
    }
}

extension EngineError.Code {
    var errorType: CommunicationErrorLabels.ErrorType {
        switch self {
        case .timeout: .timeout
        case .connection: .connection
        case .malformedAnswer: .protocol
        case .refused, .deadContent: .refused
        }
    }
}
