import Catalogue
import Fleet
import Logging
import Providers
import Scaling
import Telemetry

extension Orchestrator {
    /// Reserves everything a new engine needs, or says why there can be none now.
    func beginProvision(
        purpose: Provision.Purpose, labels: [String: String] = [:], environment: [String: String] = [:]
    ) throws(ProvisionBlock) -> Provision {
        do throws(ProvisionBlock) {
            let provision = try reserve(purpose: purpose, labels: labels, environment: environment)
            refreshGauges()
            return provision
        } catch {
            metrics.provisioning.count(error)
            throw error
        }
    }

    private func reserve(
        purpose: Provision.Purpose, labels: [String: String], environment: [String: String]
    ) throws(ProvisionBlock) -> Provision {
        let now = now
        // Names and ports are not known yet.
        guard hasAdopted else { throw .busy }
        if isStopping { throw .failed(Self.shuttingDown) }
        let surge = purpose == .replacement ? 1 : 0
        guard fleet.engines.count + provisions.count < configuration.reconciler.maxReplicas + surge else {
            throw .maxReplicas
        }
        switch limiter.begin(now: now) {
        case .granted: break
        case .busy: throw .busy
        case .notBefore(let time): throw .notBefore(time)
        }
        guard let port = ports.allocate() else {
            limiter.finish()
            throw .noFreePort
        }
        guard admit(purpose, now: now) else {
            limiter.finish()
            ports.release(port)
            let breaker = purpose == .growth ? generalBreaker : replacementBreaker
            throw .circuitOpen(breaker.timeUntilProbe(now: now))
        }
        let provision = Provision(
            name: nextName(), port: port,
            labels: labels.merging([configuration.label.key: configuration.label.value]) { _, ours in ours },
            environment: environment, purpose: purpose, begunAt: now)
        provisions[provision.name] = provision
        return provision
    }

    private func admit(_ purpose: Provision.Purpose, now: Timestamp) -> Bool {
        switch purpose {
        case .growth: generalBreaker.admit(now: now)
        case .replacement: replacementBreaker.admit(now: now)
        }
    }

    /// Creates the engine reserved and waits until it answers.
    func carryOut(_ provision: Provision) async throws(ProvisionBlock) -> Engine {
        defer { reconcile() }
        do throws(ProvisionBlock) {
            let engine = try await create(provision)
            try await waitUntilReady(engine, until: provision.begunAt + configuration.startupTimeout)
            finish(provision, succeeded: true)
            return fleet.engines[engine.id] ?? engine
        } catch {
            finish(provision, succeeded: false)
            logger.error(
                "an engine could not be provisioned", metadata: ["name": "\(provision.name)", "why": "\(error)"])
            throw error
        }
    }

    /// Asks the provider, with other ports and names where those were taken by somebody else. Gives the reservation
    /// back when it throws.
    private func create(_ provision: Provision) async throws(ProvisionBlock) -> Engine {
        var provision = provision
        var attemptsLeft = 10
        while true {
            let request = EngineRequest(
                name: provision.name, httpPort: provision.port, labels: provision.labels,
                environment: provision.environment)
            let begin = ContinuousClock.now
            do throws(ProviderError) {
                let engine = Engine(try await provider.create(request), firstSeen: now)
                metrics.provisioning.calls.record(.create, .ok, since: begin)
                provisions[provision.name] = nil
                metrics.provisioning.provisions[Label(.acestream)].increment()
                metrics.fleet.added[Label(.provisioned)].increment()
                apply(fleet.add(engine))
                return engine
            } catch {
                attemptsLeft -= 1
                // Under the name it has now, which need not be the one it was begun with.
                provisions[provision.name] = nil
                count(error, of: .create, since: begin)
                guard attemptsLeft > 0, error.code == .portInUse || error.code == .nameInUse else {
                    ports.release(provision.port)
                    throw .failed(error.message)
                }
                if error.code == .portInUse {
                    let taken = provision.port
                    guard let port = ports.allocate() else {
                        ports.release(taken)
                        throw .noFreePort
                    }
                    ports.release(taken)
                    provision.port = port
                } else {
                    provision.name = nextName()
                }
                provisions[provision.name] = provision
            }
        }
    }

    private static let shuttingDown = "the orchestrator is shutting down"

    /// At shutdown the engine is left as it is: the next orchestrator adopts it.
    private func waitUntilReady(_ engine: Engine, until deadline: Timestamp) async throws(ProvisionBlock) {
        var pause = Duration.milliseconds(10)
        while let known = fleet.engines[engine.id], known.removal == nil {
            if known.isReady { return }
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
        throw .failed("the engine did not answer within \(configuration.startupTimeout)")
    }

    private func finish(_ provision: Provision, succeeded: Bool) {
        limiter.finish()
        let time = now
        let duration = time - provision.begunAt
        if succeeded { leadTime.record(seconds: duration.inSeconds) }
        metrics.provisioning.duration[Label(succeeded ? .yes : .no)].observe(duration)
        switch (provision.purpose, succeeded) {
        case (_, _) where isStopping || Task.isCancelled:
            generalBreaker.recordAbandoned()
            replacementBreaker.recordAbandoned()
        case (.growth, true): generalBreaker.recordSuccess(now: time)
        case (.growth, false): generalBreaker.recordFailure(now: time)
        case (.replacement, true): replacementBreaker.recordSuccess(now: time)
        case (.replacement, false): replacementBreaker.recordFailure(now: time)
        }
        refreshGauges()
    }

    /// `acestream-N`, one above the highest number in use.
    private func nextName() -> String {
        let names = Array(fleet.engines.values.map(\.name)) + provisions.keys
        let numbers = names.compactMap { name in name.split(separator: "-").last.flatMap { Int($0) } }
        lastNameNumber = max(lastNameNumber, numbers.max() ?? 0) + 1
        return "acestream-\(lastNameNumber)"
    }

    /// Counts a call to the provider that began at `begin` and has just failed.
    func count(_ error: ProviderError, of operation: ProviderOperation, since begin: ContinuousClock.Instant) {
        metrics.provisioning.calls.record(operation, ProviderCallOutcome(error), since: begin)
        let type: CommunicationErrorLabels.ErrorType =
            switch error.code {
            case .timedOut: .timeout
            case .unavailable: .connection
            case .portInUse, .nameInUse, .commandNotFound, .refused: .refused
            }
        metrics.communicationErrors[CommunicationErrorLabels(.provider, type)].increment()
    }
}

extension Engine {
    /// A provider's engine as the fleet knows it.
    init(_ provided: ProvidedEngine, firstSeen: Timestamp) {
        self.init(
            id: provided.id, name: provided.name,
            endpoint: EngineEndpoint(host: provided.host, port: provided.httpPort), labels: provided.labels,
            image: provided.image, firstSeen: firstSeen)
    }
}
