import Catalogue
import CoreMetrics
import Foundation
import Hummingbird
public import Logging
import NIOCore
import NIOPosix
public import Providers
import RemoteWrite
public import ServiceLifecycle
public import Settings
import Storage
import Telemetry

/// The whole orchestrator: state, loops and REST API, put together.
public struct OrchestratorServer: Sendable {
    /// To be run in this order and shut down in the opposite one. Nothing is created or removed before the port is
    /// ours, so that a second orchestrator started by mistake does no harm.
    public let services: [any Service]
    /// The keys of the API; to be read again when they have changed.
    public let keys: KeyRing
    /// `GET /engines` and all others.
    package let routes: [String]
    let orchestrator: Orchestrator
    let registry: Registry

    public static var version: String { BuildInfo.version }

    /// Opens the database and adopts what runs. A provider that does not answer is not waited for: adoption follows
    /// once it does, and until then nothing is created, removed or taken in.
    /// - Parameter onListening: called with the port once requests are answered.
    public init(
        settings: OrchestratorSettings, provider: any EngineProvider, probe: any EngineProbe, logger: Logger,
        onListening: @escaping @Sendable (Int) -> Void = { _ in }
    ) async throws {
        let registry = try Registry(
            catalogue: OrchestratorFamilies.all + BuildInfo.described.map(\.family)
                + (settings.servesLegacyMetricNames ? LegacyNames.families(of: .orchestrator) : []))
        BuildInfo.register(service: "weir-orchestrator", in: registry)
        OrchestratorFamilies.register(in: registry)
        self.registry = registry
        (provider as? any MeteredProvider)?.register(in: registry)
        let store = try StateStore(closed: DatabaseURL(settings.databaseURL), limits: RetentionLimits(settings))
        let isStandby = settings.leadership.isStandby
        if isStandby { try await store.check() }
        let lease = DatabaseLease(
            store: store, holder: "process \(ProcessInfo.processInfo.processIdentifier) for \(settings.listen)",
            lifetime: isStandby ? settings.leadership.lease : .zero, isChecked: isStandby)
        let leadership = Leadership(lease: lease, registry: registry)
        if !isStandby { try await Self.lead(leadership, settings.databaseURL) }
        let journal = Journal(store: store, registry: registry, logger: logger)
        let orchestrator = Orchestrator(
            configuration: OrchestratorConfiguration(settings), provider: provider, probe: probe, journal: journal,
            leadership: leadership, registry: registry, logger: logger)
        if settings.servesLegacyMetricNames { LegacyNames.register(for: .orchestrator, in: registry) }
        if !isStandby { await Self.adopt(orchestrator, within: .seconds(2)) }
        // The first opens once the port is ours, the second once the lead is ours too.
        let listening = StartGate()
        let gate = StartGate()
        let keys = try KeyRing(settings.api.keys)
        self.keys = keys
        let guards = GuardMetrics(registry: registry)
        let connections = OpenConnections()
        let router = OrchestratorRouter.make(
            orchestrator: orchestrator, registry: registry, settings: settings.api, keys: keys)
        routes = router.routes.map { "\($0.method) \($0.path)" }
        let application = Application(
            router: router,
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [GuardInstaller(metrics: guards, connections: connections)])),
            configuration: ApplicationConfiguration(
                address: .hostname(settings.listen.host, port: settings.listen.port), serverName: "weir-orchestrator"),
            onServerRunning: { channel in
                let port = channel.localAddress?.port ?? settings.listen.port
                logger.info("listening", metadata: ["host": "\(settings.listen.host)", "port": "\(port)"])
                listening.open()
                if !isStandby { gate.open() }
                onListening(port)
            }, logger: logger)
        self.orchestrator = orchestrator
        let runtime = RuntimeCollector(
            registry: registry,
            loops: [.tasks, .init("nio") { work in MultiThreadedEventLoopGroup.singleton.next().execute(work) }])
        var inner: [any Service] = [
            journal, LagProbe(runtime: runtime),
            AuditAddressRetention(orchestrator: orchestrator, retention: settings.api.auditAddressRetention),
        ]
        inner += orchestrator.services
        if let remoteWrite = settings.remoteWrite {
            let remote = RemoteWriteService(
                settings: remoteWrite, job: "weir-orchestrator", port: settings.listen.port, registry: registry,
                logger: logger)
            inner.insert(remote, at: 0)
        }
        let lead = LeadershipService(
            leadership: leadership, metrics: orchestrator.metrics.loops, clock: orchestrator.clock, logger: logger
        ) {
            await Self.adopt(orchestrator, within: .seconds(2))
            gate.open()
        }
        let behindGate: [any Service] =
            [GatedService(gate: listening, service: lead)] + inner.map { GatedService(gate: gate, service: $0) }
        services = behindGate + [application, ShutdownNotice { await orchestrator.stop() }]
    }

    /// Has what libraries record through swift-metrics land in this server's registry. Once in a process.
    public func collectLibraryMetrics() {
        MetricsSystem.bootstrap(RegistryMetricsFactory(registry))
    }

    /// - Throws: when another orchestrator uses the database.
    private static func lead(_ leadership: Leadership, _ database: String) async throws {
        let begin = ContinuousClock.now
        switch try await leadership.lease.acquire() {
        case .leading: leadership.extend(from: begin)
        case .held(let holder):
            throw StorageError(
                .inUse,
                "the database \(database) is in use by another orchestrator (\(holder)); stop that one, or set "
                    + "STANDBY=true on both to have one wait for the other")
        }
    }

    private static func adopt(_ orchestrator: Orchestrator, within limit: Duration) async {
        let (finished, signal) = AsyncStream<Void>.makeStream()
        let observation = Task {
            await orchestrator.observe()
            signal.finish()
        }
        let timer = Task {
            try await Task.sleep(for: limit)
            signal.finish()
        }
        defer { timer.cancel() }
        for await _ in finished {}
        if Task.isCancelled { observation.cancel() }
    }
}
