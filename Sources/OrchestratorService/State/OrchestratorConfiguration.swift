import Fleet
import Scaling
public import Settings

/// The settings the orchestrator's decisions depend on.
public struct OrchestratorConfiguration: Sendable {
    var limits: FleetState.Limits
    var reconciler: Reconciler
    var bounds: ScalingBounds
    var portRange: ClosedRange<Int>
    var label: (key: String, value: String)
    var holdRecordInterval: Duration
    var monitorInterval: Duration
    /// How long a list of what runs is waited for.
    var listTimeout: Duration
    var healthCheckInterval: Duration
    var healthCheckTimeout: Duration
    var startupTimeout: Duration
    var maxConcurrentProvisions: Int
    var minProvisionInterval: Duration
    var generalBreaker: CircuitBreaker
    var replacementBreaker: CircuitBreaker

    public init(_ settings: OrchestratorSettings) {
        limits = FleetState.Limits(
            maxStreamsPerEngine: settings.maxStreamsPerEngine, leaseTimeToLive: settings.leaseTimeToLive,
            probeFailureThreshold: settings.healthFailureThreshold, proxyTimeToLive: settings.proxyTimeToLive)
        reconciler = Reconciler(
            maxReplicas: settings.maxReplicas, gracePeriod: settings.engineGracePeriod,
            startupTimeout: settings.startupTimeout)
        bounds = ScalingBounds(
            minFree: settings.minReplicas, maxReplicas: settings.maxReplicas,
            holdMilliseconds: settings.engineGracePeriod.wholeMilliseconds)
        portRange = settings.portRange
        let parts = settings.containerLabel.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        label = (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
        holdRecordInterval = settings.autoscaleInterval
        monitorInterval = settings.monitorInterval
        listTimeout = settings.docker.timeout * 2
        healthCheckInterval = settings.healthCheckInterval
        healthCheckTimeout = settings.healthCheckTimeout
        startupTimeout = settings.startupTimeout
        maxConcurrentProvisions = settings.maxConcurrentProvisions
        minProvisionInterval = settings.minProvisionInterval
        generalBreaker = CircuitBreaker(
            failureThreshold: settings.breakerFailureThreshold, recoveryTimeout: settings.breakerRecoveryTimeout)
        replacementBreaker = CircuitBreaker(
            failureThreshold: settings.replacementBreakerThreshold,
            recoveryTimeout: settings.replacementBreakerTimeout)
    }
}
