import Catalogue
import Fleet
import Logging
import Providers

extension Orchestrator {
    /// Removes an engine of the fleet. Nil when it is gone or needed, else why it is not gone: what the provider said,
    /// or that somebody else is just removing it.
    func remove(_ engineID: String, reason: RemovalReason) async -> ProviderError? {
        guard fleet.beginRemoval(of: engineID, reason: reason) else {
            guard fleet.engines[engineID]?.removal != nil else { return nil }
            return ProviderError(code: .unavailable, message: "the engine is being removed already")
        }
        enginesDocument = nil
        let begin = ContinuousClock.now
        do throws(ProviderError) {
            try await leadership.requireLead()
            try await provider.remove(engineID)
            metrics.provisioning.calls.record(.remove, .ok, since: begin)
        } catch {
            count(error, of: .remove, since: begin)
            logger.error("an engine could not be removed: \(error.message)", metadata: ["engine": "\(engineID)"])
            fleet.cancelRemoval(of: engineID)
            enginesDocument = nil
            return error
        }
        let port = fleet.engines[engineID]?.endpoint.port
        let changes = fleet.remove(engineID, reason: reason, now: now)
        if let port { provisioner.release(port, fleet: fleet) }
        apply(changes)
        reconcile()
        return nil
    }

    /// Frees what the provider still keeps of an engine that has ended.
    func free(_ engineID: String) async {
        guard freeing.insert(engineID).inserted else { return }
        defer { freeing.remove(engineID) }
        let begin = ContinuousClock.now
        do throws(ProviderError) {
            try await leadership.requireLead()
            try await provider.remove(engineID)
            metrics.provisioning.calls.record(.remove, .ok, since: begin)
            exited.remove(engineID)
        } catch {
            count(error, of: .remove, since: begin)
            logger.warning("the record of an ended engine stays: \(error.message)", metadata: ["engine": "\(engineID)"])
        }
    }
}
