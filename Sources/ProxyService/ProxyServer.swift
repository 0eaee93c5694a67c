import Catalogue
import CoreMetrics
import EngineAPI
import Fleet
import HTTPGuard
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOConcurrencyHelpers
import Outbound
import RemoteWrite
import Telemetry

public import Logging
public import ServiceLifecycle
public import Settings

/// weir-proxy as one service: the listener, the stream hub, and the link to the orchestrator.
public final class ProxyServer: Service {
    /// A request head must be complete this long after the connection opened.
    private static let headerDeadline = TimeAmount.seconds(15)
    /// The same for connections that are there only to be told that there are too many.
    private static let shortHeaderDeadline = TimeAmount.seconds(2)
    private static let maximumHeadBytes = 64 << 10
    /// How long the start waits for the channel file; a longer one is served once it has been read.
    private static let channelFileLimit = Duration.seconds(2)
    /// Leases that wait for an engine hold a connection each; health checks and events must not queue behind them.
    private static let maximumCallsPerHost = 1024
    /// How long a shutdown may take to end the engines' sessions.
    private static let shutdownLimit = Duration.seconds(4)

    /// How long it may take on top of that to tell the orchestrator.
    private static let drainLimit = Duration.seconds(2)

    let settings: ProxySettings
    let logger: Logger
    private let group: MultiThreadedEventLoopGroup
    private let outbound: OutboundClient
    private let hub: StreamHub
    private let hls: HLSGateway
    private let routes: ProxyRoutes
    private let connectionServices: ConnectionServices
    private let readiness: Readiness
    private let engineProbe: StaticEngineProbe
    private let accessLog: AccessLog?
    private let reporter: any StreamReporter
    private let background: [any Service]
    private let channelFile: ChannelFile?
    private let remoteWrite: RemoteWriteService?
    let registry: Registry
    private let runtime: RuntimeCollector
    private let listener = NIOLockedValueBox<(any Channel)?>(nil)

    /// - Throws: when the process lacks the resources for an event loop.
    public init(settings: ProxySettings, logger: Logger) throws {
        self.settings = settings
        self.logger = logger
        let registry = try Registry(
            catalogue: ProxyFamilies.all + BuildInfo.described.map(\.family)
                + (settings.servesLegacyMetricNames ? LegacyNames.families(of: .proxy) : []))
        BuildInfo.register(service: "weir-proxy", in: registry)
        ProxyFamilies.register(in: registry)
        self.registry = registry
        outbound = OutboundClient(maximumConnectionsPerHost: Self.maximumCallsPerHost)
        let events = EventMetrics(registry: registry, queueLimit: EventReporter.maximumQueueLength)
        let leases = LeaseMetrics(registry: registry)
        let calls = CallMetrics(
            registry: registry, calls: ProxyFamilies.orchestratorCalls,
            duration: ProxyFamilies.orchestratorCallDuration)
        let link = OrchestratorLink(isConfigured: settings.orchestratorURL != nil, registry: registry)
        let source: any EngineSource
        let name = "weir-" + EdgeViewers.makeToken(bytes: 8)
        let engines = EngineClient(outbound: outbound, name: name)
        let unreported = UnreportedSessions()
        var orchestrator: (api: OrchestratorAPI, directory: EngineDirectory, reporter: EventReporter)?
        if let url = settings.orchestratorURL {
            let api = OrchestratorAPI(
                outbound: outbound, baseURL: url, apiKey: settings.orchestratorAPIKey,
                timeout: settings.orchestratorTimeout, metrics: calls)
            let reporter = EventReporter(
                api: api, containerID: settings.containerID, unreported: unreported, metrics: events,
                logger: logger)
            let directory = EngineDirectory(
                api: api, link: link, engines: engines, limit: settings.maxStreamsPerEngine,
                timeToLive: settings.engineCacheLifetime, metrics: leases)
            source = OrchestratorEngineSource(
                api: api, link: link, directory: directory, fallback: settings.staticEngine,
                containerID: settings.containerID,
                metrics: leases, logger: logger)
            self.reporter = reporter
            orchestrator = (api, directory, reporter)
        } else {
            source = StaticEngineSource(engine: settings.staticEngine)
            reporter = SilentReporter()
        }
        let descriptors = DescriptorLimit(reserve: settings.limits.reservedDescriptors)
        let connections = ConnectionMetrics(
            registry: registry, maximum: settings.limits.connections, descriptors: descriptors)
        let budget = DescriptorBudget(limit: descriptors, connections: connections.limit)
        let hub = try StreamHub(
            settings: settings, engines: engines, source: source, reporter: reporter, unreported: unreported,
            descriptors: budget, registry: registry, logger: logger)
        self.hub = hub
        let hls = HLSGateway(
            settings: settings, hub: hub, outbound: outbound, reporter: reporter, registry: registry, logger: logger)
        self.hls = hls
        let (listener, listen) = (listener, settings.listen)
        background =
            orchestrator.map { api, directory, reporter in
                let probe = OrchestratorProbe(
                    api: api, link: link, directory: directory, unreported: unreported,
                    address: {
                        let port = listener.withLockedValue { $0?.localAddress?.port } ?? listen.port
                        return ListenAddress(host: listen.host, port: port).description
                    }, logger: logger
                ) {
                    await hub.reportRunningStreams()
                    await hls.reportRunningStreams()
                }
                return [reporter, directory, probe]
            } ?? []
        remoteWrite = settings.remoteWrite.map {
            RemoteWriteService(
                settings: $0, job: "weir-proxy", port: settings.listen.port, registry: registry, logger: logger)
        }
        let channelMetrics = ChannelMetrics(registry: registry)
        let channelStart = ChannelStart(hub: hub, backups: channelMetrics.backups)
        let channelFile = settings.channels.file.map { ChannelFile(path: $0, metrics: channelMetrics, logger: logger) }
        self.channelFile = channelFile
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        self.group = group
        engineProbe = StaticEngineProbe(
            host: settings.staticEngine.host, port: settings.staticEngine.port, orchestrator: link, group: group)
        readiness = Readiness(hub: hub, orchestrator: link, engine: engineProbe, connections: connections)
        let access = ManagementAccess(keys: settings.operation.apiKeys)
        accessLog = try AccessLog.open(settings.operation.accessLog, registry: registry)
        routes = ProxyRoutes(
            name: name, hub: hub, readiness: readiness, hls: hls, prefersPlaylists: settings.prefersPlaylists,
            orchestrator: link, registry: registry,
            channels: channelFile.map {
                ChannelPages(
                    file: $0, start: channelStart,
                    tuner: TunerDevice(settings: settings), publicURL: settings.channels.publicURL)
            })
        connectionServices = ConnectionServices(
            routes: routes, metrics: RequestMetrics(registry: registry),
            connections: connections,
            clients: ClientConnections(limit: settings.limits.connectionsPerClient),
            addresses: ClientAddress(trusted: settings.operation.trustedProxies), descriptors: budget,
            access: access, accessLog: accessLog,
            managementRefusals: registry.counter(ProxyFamilies.managementRefusals), logger: logger)
        if settings.servesLegacyMetricNames { LegacyNames.register(for: .proxy, in: registry) }
        runtime = RuntimeCollector(
            registry: registry, loops: [.tasks, .init("nio") { work in group.next().execute(work) }])
    }

    /// This server and what runs beside it, to be shut down in the opposite order.
    public var services: [any Service] {
        if let remoteWrite { [remoteWrite, self] } else { [self] }
    }

    /// Has what libraries record through swift-metrics land in this server's registry. Once in a process.
    public func collectLibraryMetrics() {
        MetricsSystem.bootstrap(RegistryMetricsFactory(registry))
    }

    /// Opens the listener. Returns the port, which the system picks when the settings say 0.
    /// - Throws: ``ListenFailure`` when the address cannot be had.
    @discardableResult
    public func bind() async throws -> Int {
        await channelFile?.load(within: Self.channelFileLimit)
        let services = connectionServices
        let connections = services.connections
        let host = settings.listen.host.isEmpty ? "0.0.0.0" : settings.listen.host
        let bootstrap = ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelInitializer { $0.pipeline.addHandler(connections.limit) }
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    // Answers frame themselves; the encoder would end an answer to HEAD with a chunk.
                    var encoding = HTTPResponseEncoder.Configuration()
                    encoding.automaticallySetFramingHeaders = false
                    let size = HeadSizeLimit(limit: Self.maximumHeadBytes) { connections.count(.badRequest) }
                    try pipeline.addHandler(size)
                    try pipeline.configureHTTPServerPipeline(
                        withPipeliningAssistance: true, withErrorHandling: false, withEncoderConfiguration: encoding)
                    try pipeline.addHandler(RequestGuard(sizeLimit: size) { connections.count(.badRequest) })
                    let place = connections.place(clients: services.clients)
                    let deadline = place.isBeyondLimit ? Self.shortHeaderDeadline : Self.headerDeadline
                    try pipeline.addHandler(HeaderDeadline(limit: deadline) { connections.count(.headerTimeout) })
                    try pipeline.addHandler(ConnectionHandler(services: services, place: place))
                }
            }
        do {
            let channel = try await bootstrap.bind(host: host, port: settings.listen.port).get()
            listener.withLockedValue { $0 = channel }
            let port = channel.localAddress?.port ?? settings.listen.port
            logger.notice("listening", metadata: ["address": "\(ListenAddress(host: host, port: port))"])
            return port
        } catch {
            throw ListenFailure(address: settings.listen, reason: "\(error)")
        }
    }

    /// Serves until graceful shutdown: then no new stream starts, viewers get the end of their stream, and the engines
    /// are told, within a few seconds.
    public func run() async throws {
        if listener.withLockedValue({ $0 == nil }) { try await bind() }
        try await withThrowingDiscardingTaskGroup { tasks in
            for service in background { tasks.addTask { try await service.run() } }
            if let channelFile { tasks.addTask { try await channelFile.run() } }
            tasks.addTask { [engineProbe] in await engineProbe.run() }
            tasks.addTask { [runtime] in
                while !Task.isCancelled {
                    runtime.measure()
                    try? await Task.sleep(for: .seconds(1))
                }
            }
            try? await gracefulShutdown()
            // Whoever looks after the proxy is told first, and gets the time to send players elsewhere.
            readiness.drain()
            try? await Task.sleep(for: settings.operation.drainDelay)
            try? await listener.withLockedValue { $0 }?.close()
            await hls.shutDown()
            await hub.shutDown(within: Self.shutdownLimit)
            await reporter.drain(within: Self.drainLimit)
            tasks.cancelAll()
        }
        outbound.shutDown()
        if let accessLog { await accessLog.flushed() }
        try await group.shutdownGracefully()
    }
}

/// The listener's address cannot be had.
public struct ListenFailure: Error, CustomStringConvertible {
    let address: ListenAddress
    let reason: String

    public var description: String { "cannot listen on \(address): \(reason)" }
}
