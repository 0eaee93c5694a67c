import Hummingbird
import Telemetry

/// The REST API: everything that reads is open, everything that changes something needs the key.
enum OrchestratorRouter {
    static func make(orchestrator: Orchestrator, registry: Registry, apiKey: String?) -> Router<APIContext> {
        let router = Router(context: APIContext.self)
        router.add(middleware: TraceRequests())
        router.add(middleware: RequestMetrics(registry: registry))
        router.add(middleware: ErrorResponses(registry: registry))
        let open = router.group()
        let locked = router.group().add(middleware: RequireKey(key: apiKey))
        AlertsController(orchestrator: orchestrator).addRoutes(to: locked)
        ContainersController(orchestrator: orchestrator).addRoutes(open: open, locked: locked)
        EnginesController(orchestrator: orchestrator).addRoutes(to: open)
        EventsController(orchestrator: orchestrator).addRoutes(open: open, locked: locked)
        HealthController(orchestrator: orchestrator).addRoutes(to: open)
        LeasesController(orchestrator: orchestrator).addRoutes(to: locked)
        MetricsController(registry: registry).addRoutes(to: open)
        PanelController().addRoutes(to: open)
        ProxiesController(orchestrator: orchestrator).addRoutes(to: locked)
        ProvisioningController(orchestrator: orchestrator).addRoutes(to: locked)
        ScalingController(orchestrator: orchestrator).addRoutes(open: open, locked: locked)
        StatusController(orchestrator: orchestrator).addRoutes(to: open)
        StreamsController(orchestrator: orchestrator).addRoutes(to: open)
        return router
    }
}
