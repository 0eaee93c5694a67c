import Fleet
import Telemetry

/// Requests for an engine that wait until the limiter lets them pass, in the order they came.
extension Orchestrator {
    /// Creates one engine, waiting for its turn where the limiter asks for it. Returns once it answers.
    func provisionNow(_ order: ProvisionOrder) async throws(ProvisionBlock) -> Engine {
        let provision = try await turn(for: order)
        return try await carryOut(provision)
    }

    private func turn(for order: ProvisionOrder) async throws(ProvisionBlock) -> Provision {
        if turns.isEmpty {
            do throws(ProvisionBlock) {
                return try beginProvision(order, purpose: .growth)
            } catch {
                guard error.passesWithTime else { throw error }
            }
        }
        guard turns.count < configuration.maxQueuedProvisions else {
            metrics.provisioning.count(.queueFull)
            throw .queueFull
        }
        lastTurn += 1
        let id = lastTurn
        let timer = Task { [weak self, limit = provisioner.limits.timeout] in
            try await Task.sleep(for: limit)
            await self?.giveUpTurn(id)
        }
        defer { timer.cancel() }
        let result = await withCheckedContinuation { continuation in
            turns.append(ProvisionTurn(id: id, order: order, continuation: continuation))
            serveTurns()
        }
        return try result.get()
    }

    /// Lets those pass whose turn it is.
    func serveTurns() {
        while let first = turns.first {
            do throws(ProvisionBlock) {
                let provision = try beginProvision(first.order, purpose: .growth)
                turns.removeFirst().continuation.resume(returning: .success(provision))
            } catch {
                if case .notBefore(let time) = error { retry(at: time) }
                if error.passesWithTime, !isStopping { return }
                turns.removeFirst().continuation.resume(returning: .failure(error))
            }
        }
    }

    /// Ends all waiting, at shutdown.
    func endTurns() {
        for turn in turns { turn.continuation.resume(returning: .failure(.failed(Self.shuttingDown))) }
        turns = []
    }

    private func giveUpTurn(_ id: UInt64) {
        guard let index = turns.firstIndex(where: { $0.id == id }) else { return }
        turns.remove(at: index).continuation.resume(returning: .failure(.busy))
    }
}

extension ProvisionBlock {
    /// Whether waiting for one's turn helps.
    var passesWithTime: Bool {
        switch self {
        case .busy, .notBefore: true
        case .circuitOpen, .maxReplicas, .noFreePort, .portInUse, .queueFull, .vpnDisconnected, .failed: false
        }
    }
}
