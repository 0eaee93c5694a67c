internal import Catalogue
public import Logging
internal import NIOConcurrencyHelpers
public import Outbound
public import Telemetry

/// Engines as containers of one Docker daemon.
///
/// * Only containers that carry our labels are listed, stopped or removed. The daemon itself is the only record:
///   another provider with the same label, say after a restart, finds every engine there.
/// * A container that was created but never started, because its creator ended in between, is listed as one that has
///   ended, and so is removed.
/// * What could not be started is removed at once; names and ports that are taken are told apart from other failures.
/// * While the daemon is gone its containers go on, and so do their streams, if it runs with `live-restore` and without
///   `userland-proxy`; else they end with it or when it comes back.
public final class DockerProvider: ContainerProvider, MeteredProvider {
    public let name = "docker"

    /// The label every container of ours carries, with the value `true`.
    public static let mark = "acestream-orchestrator"

    let configuration: DockerConfiguration
    let api: DockerAPI
    let logger: Logger
    /// Names of containers that are being created and started right now, with how often.
    private let starting = NIOLockedValueBox<[String: Int]>([:])
    let processorTimes = NIOLockedValueBox<[String: ProcessorTime]>([:])

    public init(configuration: DockerConfiguration, outbound: OutboundClient, logger: Logger) {
        self.configuration = configuration
        api = DockerAPI(address: configuration.daemon, outbound: outbound, timeout: configuration.timeout)
        self.logger = logger
    }

    public func register(in registry: Registry) {
        api.meter.register(in: registry)
    }

    public func create(_ request: EngineRequest) async throws(ProviderError) -> ProvidedEngine {
        let plan = try EngineContainer(request, configuration)
        let container = try await launch(plan.specification, name: request.name)
        return ProvidedEngine(
            id: container.id, name: request.name, host: plan.host, httpPort: plan.reachedPort,
            labels: container.labels, createdAtMilliseconds: container.createdAtMilliseconds / 1000 * 1000,
            isRunning: container.status == "running", image: plan.specification.image)
    }

    public func list() async throws(ProviderError) -> [ProvidedEngine] {
        var engines: [ProvidedEngine] = []
        for container in try await listed(label: Self.mark, value: "true") {
            guard var engine = engine(container) else { continue }
            if container.state == "created" {
                if starting.withLockedValue({ $0[container.name] != nil }) { continue }
                // It may have been started while the list was on its way.
                guard let now = try await find(container.id) else { continue }
                engine.isRunning = now.state.isRunning
            }
            engines.append(engine)
        }
        return engines.sorted { ($0.createdAtMilliseconds, $0.id) < ($1.createdAtMilliseconds, $1.id) }
    }

    public func remove(_ id: String) async throws(ProviderError) {
        guard DockerAPI.isReference(id), let container = try await find(id),
            configuration.isOurs(container.config.labels ?? [:])
        else { return }
        if container.state.isRunning { try await stop(container) }
        try await delete(container.id)
        processorTimes.withLockedValue { $0[container.id] = nil }
        logger.info("container removed", metadata: ["engine": "\(container.details.name)"])
    }

    // MARK: Steps

    /// Creates a container and starts it; one that cannot be started is removed again.
    func launch(
        _ specification: ContainerSpecification, name: String
    ) async throws(ProviderError) -> ContainerDetails {
        starting.withLockedValue { $0[name, default: 0] += 1 }
        defer {
            starting.withLockedValue { starting in
                let count = (starting[name] ?? 1) - 1
                starting[name] = count == 0 ? nil : count
            }
        }
        let id = try await createContainer(specification, name: name)
        do throws(ProviderError) {
            try await start(id, name: name)
            guard let container = try await find(id) else {
                throw ProviderError(code: .unavailable, message: "the container \(name) is gone")
            }
            logger.info("container started", metadata: ["engine": "\(name)", "container": "\(id.prefix(12))"])
            return container.details
        } catch {
            await discard(id, name: name)
            throw error
        }
    }

    private func createContainer(
        _ specification: ContainerSpecification, name: String
    ) async throws(ProviderError) -> String {
        let answer = try await api.send(
            .containerCreate, "POST", "/containers/create", query: [("name", name)],
            body: try DockerAPI.encode(specification))
        if answer.status == 404 && answer.message.lowercased().contains("no such image") {
            throw ProviderError(
                code: .refused,
                message: "the Docker host has no image \(specification.image); "
                    + "run there: docker pull \(specification.image)")
        }
        guard answer.isSuccess else { throw answer.failure("create the container \(name)") }
        return try api.read(Created.self, from: answer).id
    }

    private func start(_ id: String, name: String) async throws(ProviderError) {
        let answer = try await api.send(.containerStart, "POST", "/containers/\(id)/start")
        guard answer.isSuccess else { throw answer.failure("start the container \(name)") }
    }

    /// Removes what was just created, also when the caller was cancelled. What cannot be removed now is found by the
    /// next listing.
    private func discard(_ id: String, name: String) async {
        await Task { [self] in
            do throws(ProviderError) {
                try await delete(id)
            } catch {
                logger.warning(
                    "a container that could not be started stays for now: \(error.message)",
                    metadata: ["engine": "\(name)"])
            }
        }.value
    }

    private func stop(_ container: DockerContainer) async throws(ProviderError) {
        let seconds = max(0, configuration.gracePeriod.components.seconds)
        let answer = try await api.send(
            .containerStop, "POST", "/containers/\(container.id)/stop", query: [("t", "\(seconds)")],
            extra: configuration.gracePeriod)
        guard answer.isSuccess || answer.status == 404 else {
            throw answer.failure("stop the container \(container.details.name)")
        }
    }

    private func delete(_ id: String) async throws(ProviderError) {
        let answer = try await api.send(
            .containerRemove, "DELETE", "/containers/\(id)", query: [("force", "1"), ("v", "1")])
        // Somebody else may be at it already.
        if answer.isSuccess || answer.status == 404 { return }
        if answer.status == 409, answer.message.contains("already in progress") { return }
        throw answer.failure("remove the container \(id.prefix(12))")
    }

    /// A container by id or name, whoever it belongs to; nil when there is none.
    func find(_ reference: String) async throws(ProviderError) -> DockerContainer? {
        guard DockerAPI.isReference(reference) else { return nil }
        let answer = try await api.send(.containerInspect, "GET", "/containers/\(reference)/json")
        if answer.status == 404 { return nil }
        guard answer.isSuccess else { throw answer.failure("inspect the container \(reference)") }
        return try api.read(DockerContainer.self, from: answer)
    }

    /// Containers of ours that carry a label.
    func listed(label key: String, value: String) async throws(ProviderError) -> [DockerListedContainer] {
        let answer = try await api.send(
            .containerList, "GET", "/containers/json",
            query: [("all", "1"), try DockerAPI.filters(["label": [Self.mark + "=true", "\(key)=\(value)"]])])
        guard answer.isSuccess else { throw answer.failure("list containers") }
        return try api.read([DockerListedContainer].self, from: answer).filter { container in
            let labels = container.labels ?? [:]
            return configuration.isOurs(labels) && labels[key] == value
        }
    }

    /// The engine in a container; nil when its labels are not those of an engine.
    private func engine(_ container: DockerListedContainer) -> ProvidedEngine? {
        let labels = container.labels ?? [:]
        guard let httpPort = labels["acestream.http_port"].flatMap({ Int($0) }),
            let hostPort = labels["host.http_port"].flatMap({ Int($0) })
        else { return nil }
        let (host, port) = EngineContainer.endpoint(
            name: container.name, httpPort: httpPort, hostPort: hostPort,
            vpnContainer: labels["acestream.vpn_container"], configuration)
        return ProvidedEngine(
            id: container.id, name: container.name, host: host, httpPort: port, labels: labels,
            createdAtMilliseconds: container.created * 1000,
            isRunning: ["running", "paused", "restarting"].contains(container.state), image: container.image)
    }

    private struct Created: Decodable {
        var id: String

        enum CodingKeys: String, CodingKey { case id = "Id" }
    }
}
