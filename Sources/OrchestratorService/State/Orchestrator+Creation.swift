import Catalogue
import Fleet
import Logging
import Providers
import Telemetry

/// Asking the provider for an engine.
extension Orchestrator {
    /// Asks until there is an engine, with other ports and names where those are taken by somebody else, and again
    /// after a pause where it is not certain what came of it. All that the provision held is given back when it throws.
    func create(_ begun: Provision) async throws(ProvisionBlock) -> Engine {
        var provision = begun
        var looksFirst = false
        while true {
            let result =
                provisioner.mayStillTry(provision)
                ? await attempt(provision, looksFirst: looksFirst)
                : .failure(ProviderError(code: .unavailable, message: "other creations keep failing"))
            let failure: Provision.Failure
            switch result {
            case .success(let provided):
                return take(provided, for: provision)
            case .failure(let error):
                failure = Provision.Failure(error)
            case nil:
                throw .failed("the provider did not answer within \(provisioner.limits.timeout)")
            }
            switch provisioner.attemptFailed(provision, failure, fleet: fleet, now: now, using: &random) {
            case .again(let next):
                provision = next
            case .retry(let next, let pause):
                provision = next
                looksFirst = true
                metrics.provisioning.count(retryAfter: failure)
                logger.info(
                    "an engine's creation is tried again",
                    metadata: ["name": "\(next.name)", "retry": "\(next.retries)", "after": "\(pause)"])
                try? await Task.sleep(for: pause)
            case .giveUp(let block):
                throw block
            }
        }
    }

    /// One attempt; nil when the provider has not answered in time.
    private func attempt(_ provision: Provision, looksFirst: Bool) async -> Result<ProvidedEngine, ProviderError>? {
        let left = provision.begunAt + provisioner.limits.timeout - now
        let (answers, signal) = AsyncStream<Result<ProvidedEngine, ProviderError>>.makeStream()
        let task = Task { [provider, request = EngineRequest(provision)] in
            let answer = await self.ask(provider, for: request, looksFirst: looksFirst)
            signal.yield(answer)
            signal.finish()
        }
        let timer = Task {
            try await Task.sleep(for: max(left, .zero))
            signal.finish()
        }
        defer { timer.cancel() }
        var iterator = answers.makeAsyncIterator()
        if let answer = await iterator.next() { return answer }
        task.cancel()
        provisioner.attemptUnanswered(provision, now: now)
        Task {
            _ = await task.value
            self.settle(provision)
        }
        return nil
    }

    private func ask(
        _ provider: any EngineProvider, for request: EngineRequest, looksFirst: Bool
    ) async -> Result<ProvidedEngine, ProviderError> {
        var operation = ProviderOperation.list
        var begin = ContinuousClock.now
        do throws(ProviderError) {
            if looksFirst {
                let found = try await provider.list().first { $0.name == request.name && $0.isRunning }
                metrics.provisioning.calls.record(.list, .ok, since: begin)
                if let found { return .success(found) }
            }
            operation = .create
            begin = .now
            try await leadership.requireLead()
            let created = try await provider.create(request)
            metrics.provisioning.calls.record(.create, .ok, since: begin)
            return .success(created)
        } catch {
            count(error, of: operation, since: begin)
            // Unless it can be seen what there is, nothing is created.
            return .failure(operation == .list ? ProviderError(code: .unavailable, message: error.message) : error)
        }
    }

    private func take(_ provided: ProvidedEngine, for provision: Provision) -> Engine {
        let engine = Engine(provided, firstSeen: now)
        provisioner.created(provision, port: engine.endpoint.port)
        metrics.provisioning.provisions[Label(.acestream)].increment()
        metrics.fleet.added[Label(.provisioned)].increment()
        apply(fleet.add(engine))
        return engine
    }

    private func settle(_ provision: Provision) {
        provisioner.settle(provision, now: now)
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

extension Provision.Failure {
    init(_ error: ProviderError) {
        switch error.code {
        case .portInUse: self = .portTaken
        case .nameInUse: self = .nameTaken
        case .commandNotFound, .refused: self = .refused(error.message)
        case .unavailable, .timedOut: self = .uncertain(error.message)
        }
    }
}

extension EngineRequest {
    init(_ provision: Provision) {
        self.init(
            name: provision.name, httpPort: provision.port, labels: provision.order.labels,
            environment: provision.order.environment, image: provision.order.image,
            vpnContainer: provision.order.vpn?.container, forwardedPort: provision.order.vpn?.forwardedPort)
    }
}

extension Engine {
    /// A provider's engine as the fleet knows it.
    init(_ provided: ProvidedEngine, firstSeen: Timestamp) {
        self.init(
            id: provided.id, name: provided.name,
            endpoint: EngineEndpoint(host: provided.host, port: provided.httpPort), labels: provided.labels,
            image: provided.image, firstSeen: firstSeen,
            startedAt: min(firstSeen, Timestamp(milliseconds: provided.createdAtMilliseconds)))
    }
}
