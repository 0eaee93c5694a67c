import Catalogue
import Fleet
import Hummingbird
import Settings
import Telemetry

/// The REST API: who may use which routes, and for how long.
enum OrchestratorRouter {
    static func make(
        orchestrator: Orchestrator, registry: Registry, settings: APISettings, keys: KeyRing
    ) -> Router<APIContext> {
        let refusals: CounterVector<Label<APIRefusal>> = registry.counter(OrchestratorFamilies.apiRefusals)
        let index = RouteIndex()
        let errors = ErrorResponses(registry: registry, routes: index)
        let router = Router(context: APIContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: TraceRequests())
        router.add(middleware: RequestMetrics(registry: registry))
        router.add(middleware: AnswerHeaders(orchestrator: orchestrator))
        router.add(middleware: CrossOriginAccess(origins: Set(settings.corsOrigins)))
        router.add(middleware: errors)
        router.add(middleware: StandbyGate(leadership: orchestrator.leadership))
        router.add(middleware: AllowedHosts(names: Set(settings.allowedHosts), refusals: refusals))
        router.add(middleware: ForeignPages(origins: Set(settings.corsOrigins), refusals: refusals))

        let short = TimeLimit(limit: settings.requestTimeout, status: .serviceUnavailable, refusals: refusals)
        let long = TimeLimit(limit: settings.longOperationTimeout, status: .gatewayTimeout, refusals: refusals)
        let forwarding = Forwarding(trusted: settings.trustedProxies)
        let audit = AuditTrail(
            orchestrator: orchestrator, errors: errors, forwarding: forwarding,
            keepsAddresses: settings.auditAddressRetention > .zero)
        func group(_ purpose: RequireKey.Purpose) -> RouterGroup<APIContext> {
            router.group().add(
                middleware: RequireKey(
                    ring: keys, purpose: purpose, hasOpenReads: settings.hasOpenReads, refusals: refusals))
        }
        // For everybody, for readers, for proxies and other programs, for operators.
        let open = Routes(group: router.group(), limit: short)
        let reading = Routes(group: group(.read), limit: short)
        let locked = Routes(group: group(.change), limit: short)
        let audited = Routes(group: group(.change).add(middleware: audit), limit: short)
        let slow = Routes(group: group(.change).add(middleware: audit), limit: long)

        AlertsController(orchestrator: orchestrator).addRoutes(to: locked)
        ContainersController(orchestrator: orchestrator).addRoutes(open: reading, locked: slow, labels: locked)
        EngineFeedController(orchestrator: orchestrator).addRoutes(to: reading)
        EnginesController(orchestrator: orchestrator).addRoutes(to: reading)
        EventsController(orchestrator: orchestrator).addRoutes(
            open: reading, locked: locked.unlimited, audited: audited)
        HealthController(orchestrator: orchestrator).addRoutes(to: open)
        LeasesController(orchestrator: orchestrator).addRoutes(to: locked.unlimited)
        MaintenanceController(orchestrator: orchestrator).addRoutes(quick: audited, slow: slow)
        MetricsController(registry: registry, orchestrator: orchestrator).addRoutes(
            to: Routes(group: group(.metrics), limit: nil))
        PanelController().addRoutes(to: open)
        ProxiesController(orchestrator: orchestrator).addRoutes(
            to: locked, discovery: Routes(group: group(.discovery), limit: short))
        ProvisioningController(orchestrator: orchestrator).addRoutes(to: slow)
        ScalingController(orchestrator: orchestrator).addRoutes(open: reading, locked: audited)
        StatisticsController(orchestrator: orchestrator).addRoutes(open: reading, locked: audited)
        StatusController(orchestrator: orchestrator).addRoutes(to: reading)
        DatabaseController(orchestrator: orchestrator).addRoutes(to: slow)
        LoopingStreamsController(orchestrator: orchestrator).addRoutes(open: reading, locked: audited)
        StreamsController(orchestrator: orchestrator).addRoutes(open: reading, locked: slow)
        StreamStatisticsController(orchestrator: orchestrator).addRoutes(to: reading)
        VPNController(orchestrator: orchestrator).addRoutes(to: reading)
        let description = OpenAPIDocument(
            operations: OrchestratorOperations.all(maxReplicas: orchestrator.configuration.reconciler.maxReplicas),
            version: BuildInfo.version, hasOpenReads: settings.hasOpenReads, hasKey: keys.holds(.key),
            hasMetricsToken: keys.holds(.metricsToken))
        OpenAPIController(description: description, forwarding: forwarding).addRoutes(to: open)
        index.fill(router.routes.map { ($0.method, $0.path.description) })
        return router
    }
}
