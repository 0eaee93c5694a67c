/// All operations of the API. Each controller describes its own; a test holds the list against the routes.
enum OrchestratorOperations {
    static func all(maxReplicas: Int) -> [APIOperation] {
        AlertsController.operations + ContainersController.operations + EngineFeedController.operations
            + EnginesController.operations + DatabaseController.operations + EventsController.operations
            + HealthController.operations + LeasesController.operations
            + MaintenanceController.operations + MetricsController.operations + PanelController.operations
            + ProxiesController.operations + ProvisioningController.operations
            + ScalingController.operations(maxReplicas: maxReplicas) + StatisticsController.operations
            + LoopingStreamsController.operations + StreamStatisticsController.operations
            + StreamsController.operations + VPNController.operations + OpenAPIController.operations
    }
}
