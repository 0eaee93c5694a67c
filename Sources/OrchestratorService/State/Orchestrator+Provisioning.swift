import Catalogue
import Fleet
import Logging
import Scaling
import Telemetry

extension Orchestrator {
    /// Reserves everything a new engine needs, or says why there can be none now.
    /// - Parameter vpn: the only VPN behind which it may go.
    func beginProvision(
        _ order: ProvisionOrder, purpose: Provision.Purpose, on vpn: String? = nil
    ) throws(ProvisionBlock) -> Provision {
        do throws(ProvisionBlock) {
            // Names and ports are not known before.
            guard hasAdopted else { throw .busy }
            if isStopping { throw .failed(Self.shuttingDown) }
            var order = order
            order.labels[configuration.label.key] = configuration.label.value
            if let vpnPool {
                order.place(try vpnPool.placement(fleet: fleet, creating: provisioner.creating.values, on: vpn))
            }
            let provision = try provisioner.begin(order, purpose: purpose, fleet: fleet, now: now)
            return provision
        } catch {
            metrics.provisioning.count(error)
            throw error
        }
    }

    /// Creates the engine reserved and waits until it answers.
    func carryOut(_ provision: Provision) async throws(ProvisionBlock) -> Engine {
        defer { reconcile() }
        do throws(ProvisionBlock) {
            let engine = try await create(provision)
            let ready: Engine
            do throws(ProvisionBlock) {
                ready = try await waitUntilReady(engine, of: provision)
            } catch {
                let isOurs = isStopping || Task.isCancelled
                provisioner.end(provision, isOurs ? .abandoned : .failed, now: now)
                throw error
            }
            provisioner.end(provision, .ready, now: now)
            record(provision, succeeded: true)
            return ready
        } catch {
            record(provision, succeeded: false)
            logger.error(
                "an engine could not be provisioned", metadata: ["name": "\(provision.name)", "why": "\(error)"])
            throw error
        }
    }

    static let shuttingDown = "the orchestrator is shutting down"

    /// At shutdown the engine is left as it is: the next orchestrator adopts it.
    private func waitUntilReady(_ engine: Engine, of provision: Provision) async throws(ProvisionBlock) -> Engine {
        let deadline = provisioner.deadline(of: provision, startedAt: now)
        var pause = Duration.milliseconds(10)
        while let known = fleet.engines[engine.id], known.removal == nil {
            if known.isReady { return known }
            let left = deadline - now
            guard left > .zero, !Task.isCancelled, !isStopping else { break }
            let begin = ContinuousClock.now
            if (try? await probe.check(engine.endpoint, timeout: min(left, .seconds(2)))) != nil {
                recordProbe(of: engine.id, failure: nil, since: begin)
                continue
            }
            try? await Task.sleep(for: min(pause, left))
            pause = min(pause * 2, .milliseconds(250))
        }
        if Task.isCancelled || isStopping { throw .failed(Self.shuttingDown) }
        guard fleet.engines[engine.id] != nil else { throw .failed("the engine ended before it answered") }
        work.submit { _ = await self.remove(engine.id, reason: .startTimeout) }
        throw .failed("the engine did not answer in time")
    }

    private func record(_ provision: Provision, succeeded: Bool) {
        let duration = now - provision.begunAt
        if succeeded { leadTime.record(seconds: duration.inSeconds) }
        metrics.provisioning.duration[Label(succeeded ? .yes : .no)].observe(duration)
        refreshGauges()
    }
}
