import Catalogue
import EngineAPI
import Fleet
import Telemetry

extension Orchestrator {
    /// Begins the probes that are due: each in its own task, so that a hung one delays nobody.
    func probeDueEngines() {
        for engine in probes.take(from: fleet, now: now) {
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
        let wasFull = probes.underWay.count >= probes.maxConcurrent
        recordProbe(of: engineID, failure: failure, since: begin)
        probes.finished(engineID, isSettled: failure == nil, now: now, using: &random)
        // Others may wait for the place.
        if wasFull { probeDueEngines() }
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
