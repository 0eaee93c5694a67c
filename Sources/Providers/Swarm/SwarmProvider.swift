internal import Catalogue
public import Logging
internal import NIOConcurrencyHelpers
public import Outbound
public import Telemetry

/// Engines as services of a Docker Swarm, each with one task that the Swarm runs on any of its nodes.
///
/// * Only services that carry our labels are listed or removed; they are the only record.
/// * An engine's id is that of its task's container. When a task or its node is lost, the Swarm starts another one: the
///   engine with the old id is gone, as its streams are, and one with another id and address joins.
/// * A service whose task runs nowhere for too long is listed as one that has ended, and so is removed.
public final class SwarmProvider: MeteredProvider {
    public let name = "swarm"

    let configuration: SwarmConfiguration
    let api: DockerAPI
    let logger: Logger
    /// Since when services are without a running task.
    private let homeless = NIOLockedValueBox<[String: ContinuousClock.Instant]>([:])

    public init(configuration: SwarmConfiguration, outbound: OutboundClient, logger: Logger) {
        self.configuration = configuration
        let containers = configuration.containers
        api = DockerAPI(address: containers.daemon, outbound: outbound, timeout: containers.timeout)
        self.logger = logger
    }

    public func register(in registry: Registry) {
        api.meter.register(in: registry)
    }

    public func create(_ request: EngineRequest) async throws(ProviderError) -> ProvidedEngine {
        let specification = try ServiceSpecification(request, configuration)
        let answer = try await api.send(
            .serviceCreate, "POST", "/services/create", body: try DockerAPI.encode(specification))
        guard answer.isSuccess else { throw failure(answer, "create the service \(request.name)") }
        let id = try api.read(Created.self, from: answer).id
        do throws(ProviderError) {
            let engine = try await whenRunning(id, name: request.name)
            logger.info("service started", metadata: ["engine": "\(request.name)", "host": "\(engine.host)"])
            return engine
        } catch {
            await Task { [self] in
                do throws(ProviderError) {
                    try await delete(id)
                } catch {
                    logger.warning(
                        "a service that could not be started stays for now: \(error.message)",
                        metadata: ["engine": "\(request.name)"])
                }
            }.value
            throw error
        }
    }

    public func list() async throws(ProviderError) -> [ProvidedEngine] {
        let services = try await services()
        if services.isEmpty {
            homeless.withLockedValue { $0 = [:] }
            return []
        }
        let tasks = Dictionary(grouping: try await tasks([:]), by: \.serviceID)
        let nodes = try await nodes()
        let now = ContinuousClock.now
        var engines: [ProvidedEngine] = []
        var since: [String: ContinuousClock.Instant] = [:]
        for service in services {
            let ofService = tasks[service.id] ?? []
            if let engine = engine(service, ofService, nodes) {
                engines.append(engine)
                continue
            }
            let begin = homeless.withLockedValue { $0[service.id] } ?? now
            since[service.id] = begin
            if begin.duration(to: now) >= configuration.reschedulingTimeout {
                engines.append(ended(service))
            }
        }
        homeless.withLockedValue { [since] in $0 = since }
        return engines.sorted { ($0.createdAtMilliseconds, $0.id) < ($1.createdAtMilliseconds, $1.id) }
    }

    public func remove(_ id: String) async throws(ProviderError) {
        guard DockerAPI.isReference(id) else { return }
        let services = try await services()
        var serviceID = services.first { $0.id == id }?.id
        if serviceID == nil {
            let task = try await tasks([:]).first { $0.containerID == id && $0.isWanted }
            serviceID = services.first { $0.id == task?.serviceID }?.id
        }
        guard let serviceID else { return }
        try await delete(serviceID)
        await ended(serviceID)
        logger.info("service removed", metadata: ["engine": "\(id.prefix(12))"])
    }

    // MARK: Steps

    private func whenRunning(_ serviceID: String, name: String) async throws(ProviderError) -> ProvidedEngine {
        let begin = ContinuousClock.now
        var reason = "the Swarm made no task"
        while begin.duration(to: .now) < configuration.startTimeout {
            let tasks = try await tasks(["service": [serviceID]])
            if tasks.contains(where: \.isRunning),
                let service = try await services().first(where: { $0.id == serviceID }),
                let engine = engine(service, tasks, try await nodes())
            {
                return engine
            }
            if let failed = tasks.first(where: \.hasFailed) {
                throw verdict(failed.status.failure ?? failed.status.state, name: name)
            }
            if let failure = tasks.first?.status.failure, !failure.isEmpty {
                reason = failure
                // The scheduler has looked at all nodes; another engine may be leaving just now.
                if begin.duration(to: .now) > .seconds(3) { throw verdict(failure, name: name) }
            }
            do {
                try await Task.sleep(for: .milliseconds(100))
            } catch {
                throw ProviderError(code: .unavailable, message: "the start of \(name) was given up")
            }
        }
        throw ProviderError(code: .timedOut, message: "\(name) does not run: \(reason)")
    }

    /// What the reason of a task that does not run means.
    private func verdict(_ reason: String, name: String) -> ProviderError {
        let text = reason.lowercased()
        let message = "the service \(name) does not run: \(reason)"
        if text.contains("host-mode port already in use") || text.contains("port is already allocated") {
            return ProviderError(code: .portInUse, message: message)
        }
        return ProviderError(code: text.contains("no such image") ? .refused : .unavailable, message: message)
    }

    private func delete(_ serviceID: String) async throws(ProviderError) {
        let answer = try await api.send(.serviceRemove, "DELETE", "/services/\(serviceID)")
        guard answer.isSuccess || answer.status == 404 else {
            throw failure(answer, "remove the service \(serviceID)")
        }
    }

    /// Waits until no task of a removed service runs on a node that answers. The Swarm sees to it in any case.
    private func ended(_ serviceID: String) async {
        let begin = ContinuousClock.now
        let limit = configuration.containers.gracePeriod + .seconds(5)
        while begin.duration(to: .now) < limit, !Task.isCancelled {
            do throws(ProviderError) {
                let nodes = try await nodes()
                let running = try await tasks(["service": [serviceID]]).contains { task in
                    task.status.state == "running" && task.nodeID.flatMap { nodes[$0] }?.isThere == true
                }
                if !running { return }
            } catch {
                if error.code != .unavailable { return }
            }
            try? await Task.sleep(for: .milliseconds(100))
        }
    }

    /// The engine of a service; nil when no task of it runs on a node that answers.
    private func engine(_ service: SwarmService, _ tasks: [SwarmTask], _ nodes: [String: SwarmNode]) -> ProvidedEngine?
    {
        let running = tasks.filter(\.isRunning).max { $0.created < $1.created }
        guard let task = running, let id = task.containerID, let node = task.nodeID.flatMap({ nodes[$0] }),
            node.isThere,
            let httpPort = service.port("acestream.http_port"), let hostPort = service.port("host.http_port")
        else { return nil }
        let isNamed = configuration.containers.network != nil
        guard let host = isNamed ? service.specification.name : node.address else { return nil }
        return ProvidedEngine(
            id: id, name: service.specification.name, host: host, httpPort: isNamed ? httpPort : hostPort,
            labels: service.labels, createdAtMilliseconds: DockerTime.milliseconds(service.created) ?? 0,
            isRunning: true, image: service.specification.task.container?.image ?? "")
    }

    private func ended(_ service: SwarmService) -> ProvidedEngine {
        ProvidedEngine(
            id: service.id, name: service.specification.name, host: "", httpPort: service.port("host.http_port") ?? 0,
            labels: service.labels, createdAtMilliseconds: DockerTime.milliseconds(service.created) ?? 0,
            isRunning: false, image: service.specification.task.container?.image ?? "")
    }

    // MARK: Lists

    private func services() async throws(ProviderError) -> [SwarmService] {
        let answer = try await api.send(
            .serviceList, "GET", "/services",
            query: [try DockerAPI.filters(["label": [DockerProvider.mark + "=true"]])])
        guard answer.isSuccess else { throw failure(answer, "list services") }
        return try api.read([SwarmService].self, from: answer).filter { configuration.containers.isOurs($0.labels) }
    }

    private func tasks(_ filters: [String: [String]]) async throws(ProviderError) -> [SwarmTask] {
        let answer = try await api.send(.taskList, "GET", "/tasks", query: [try DockerAPI.filters(filters)])
        guard answer.isSuccess else { throw failure(answer, "list tasks") }
        return try api.read([SwarmTask].self, from: answer)
    }

    private func nodes() async throws(ProviderError) -> [String: SwarmNode] {
        let answer = try await api.send(.nodeList, "GET", "/nodes")
        guard answer.isSuccess else { throw failure(answer, "list nodes") }
        return Dictionary(try api.read([SwarmNode].self, from: answer).map { ($0.id, $0) }) { first, _ in first }
    }

    /// 503 is what a daemon says that is not a manager of a Swarm.
    private func failure(_ answer: DockerAnswer, _ what: String) -> ProviderError {
        if answer.status == 409 && answer.message.contains("name conflicts") {
            return ProviderError(code: .nameInUse, message: "cannot \(what): \(answer.message)")
        }
        return answer.failure(what)
    }

    private struct Created: Decodable {
        var id: String

        enum CodingKeys: String, CodingKey { case id = "ID" }
    }
}
