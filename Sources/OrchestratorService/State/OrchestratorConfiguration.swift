import Fleet
import Logging
import Scaling
public import Settings
import Storage

/// The settings the orchestrator's decisions depend on.
public struct OrchestratorConfiguration: Sendable {
    var limits: FleetState.Limits
    var reconciler: Reconciler
    var bounds: ScalingBounds
    /// As it is before anything is created.
    var provisioner: Provisioner
    var label: (key: String, value: String)
    var holdRecordInterval: Duration
    var monitorInterval: Duration
    /// How long a list of what runs is waited for.
    var listTimeout: Duration
    /// Nil when engines use no VPN.
    var vpn: VPNSettings?
    /// As it is before anything was asked.
    var probes: ProbeSchedule
    var healthCheckInterval: Duration
    var healthCheckTimeout: Duration
    var startupTimeout: Duration
    var maxQueuedProvisions: Int
    var collector: CollectorSettings
    var storage: StorageSettings
    var backupFolder: BackupFolder

    /// What a request may take, and one that waits for engines.
    var requestTimeout: Duration
    var longOperationTimeout: Duration
    /// Whether more is logged than usual.
    var isDebugging: Bool

    public init(_ settings: OrchestratorSettings) {
        limits = FleetState.Limits(
            maxStreamsPerEngine: settings.maxStreamsPerEngine, leaseTimeToLive: settings.leaseTimeToLive,
            probeFailureThreshold: settings.healthFailureThreshold, proxyTimeToLive: settings.proxyTimeToLive,
            startupGrace: settings.provisioning.startupGrace,
            ejection: EjectionPolicy(
                failures: settings.health.ejectionFailures, time: settings.health.ejectionTime,
                longestTime: settings.health.maxEjectionTime, maxPercent: settings.health.maxEjectionPercent),
            weights: ScoreWeights(
                failure: settings.health.failureWeight, stall: settings.health.stallWeight,
                slowSecond: settings.health.slowStartWeight))
        reconciler = Reconciler(
            maxReplicas: settings.maxReplicas, gracePeriod: settings.engineGracePeriod,
            startupTimeout: settings.startupTimeout, removesSurplus: settings.provisioning.removesSurplus,
            unhealthyGracePeriod: settings.health.unhealthyGracePeriod,
            replacementCooldown: settings.health.replacementCooldown)
        vpn = settings.vpn
        probes = ProbeSchedule(
            interval: settings.healthCheckInterval, maxConcurrent: settings.health.maxConcurrentProbes)
        bounds = ScalingBounds(
            minFree: settings.minReplicas, maxReplicas: settings.maxReplicas,
            holdMilliseconds: settings.engineGracePeriod.wholeMilliseconds)
        provisioner = Provisioner(
            limits: Provisioner.Limits(
                maxReplicas: settings.maxReplicas, timeout: settings.provisioning.timeout,
                startupTimeout: settings.startupTimeout,
                retries: RetryPolicy(
                    maxRetries: settings.provisioning.maxRetries, baseDelay: settings.provisioning.retryBackoff)),
            limiter: ProvisioningLimiter(
                maxConcurrent: settings.maxConcurrentProvisions, minInterval: settings.minProvisionInterval),
            ports: PortAllocator(range: settings.portRange),
            general: CircuitBreaker(
                failureThreshold: settings.breakerFailureThreshold, recoveryTimeout: settings.breakerRecoveryTimeout),
            replacement: CircuitBreaker(
                failureThreshold: settings.replacementBreakerThreshold,
                recoveryTimeout: settings.replacementBreakerTimeout))
        maxQueuedProvisions = settings.provisioning.maxQueued
        collector = settings.collector
        storage = settings.storage
        let beside = (try? DatabaseURL(settings.databaseURL)).map(BackupFolder.init(besides:))
        backupFolder =
            settings.storage.backupFolder.map(BackupFolder.init(path:)) ?? beside ?? BackupFolder(path: "backups")
        let parts = settings.containerLabel.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        label = (String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
        holdRecordInterval = settings.autoscaleInterval
        monitorInterval = settings.monitorInterval
        listTimeout = settings.docker.timeout * 2
        healthCheckInterval = settings.healthCheckInterval
        healthCheckTimeout = settings.healthCheckTimeout
        startupTimeout = settings.startupTimeout
        requestTimeout = settings.api.requestTimeout
        longOperationTimeout = settings.api.longOperationTimeout
        isDebugging = settings.logLevel <= .debug
    }
}
