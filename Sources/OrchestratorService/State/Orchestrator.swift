import Catalogue
public import Fleet
import Logging
import NIOConcurrencyHelpers
import NIOCore
import Objectives
import Providers
import Scaling
import Settings
import Storage
import Telemetry

/// Owns the fleet and is its only writer. Decides with the pure types of `Fleet`, `Objectives` and `Scaling`; whatever
/// takes time (providers, probes, the database) runs outside of it, so no call waits for an engine.
public actor Orchestrator {
    let configuration: OrchestratorConfiguration
    let provider: any EngineProvider
    let probe: any EngineProbe
    let journal: Journal
    let statistics: EngineStatisticsCache
    let leadership: Leadership
    let work = WorkQueue()
    let metrics: OrchestratorMetrics
    let logger: Logger
    let clock = SteadyClock()
    let startedAt: Timestamp

    var fleet: FleetState
    var provisioner: Provisioner {
        didSet {
            let (limiter, breaker) = (provisioner.limiter, provisioner.general)
            front.withLockedValue {
                $0.limiter = limiter
                $0.breaker = breaker
            }
        }
    }
    /// Of pauses before something is tried again.
    var random = SystemRandomNumberGenerator()
    var policy: any ScalingPolicy
    var demand = DemandMeter()
    var leadTime = LeadTimeEstimator()
    var startObjective = Objective(
        name: "stream_start", target: 0.99, windowMilliseconds: 3_600_000, bucketMilliseconds: 10_000)

    /// False until the provider was asked once what runs; before that nothing is created or removed.
    var hasAdopted = false
    var isStopping = false
    var listingUnderWay: Listing?
    var lastListingWaiter: UInt64 = 0
    /// Requests for an engine that wait for their turn.
    var turns: [ProvisionTurn] = [] {
        didSet { metrics.provisioning.waiting.set(turns.count) }
    }
    var lastTurn: UInt64 = 0
    /// Engines that the last reconciliation missed and could not begin to create.
    var missing = 0
    /// Engines that have ended and of which the provider still holds a record.
    var exited: Set<String> = []
    /// Records of ended engines being freed.
    var freeing: Set<String> = []
    var probes: ProbeSchedule
    /// Nil when engines use no VPN.
    let vpnWatch: VPNWatch?
    var vpnPool: VPNPool?
    /// When a VPN was last asked for its port and address.
    var vpnAsked: [String: Timestamp] = [:]
    /// What was last said about a VPN that does not tell them.
    var vpnComplaints: [String: String] = [:]
    /// When an unhealthy engine was last removed.
    var lastReplacement: Timestamp?
    var waiting: [WaitingLease] = [] {
        didSet { metrics.leasing.waiting.set(waiting.count) }
    }
    /// Engines in total that an operator asked for.
    var floor = 0
    var desired = 0
    /// What is known of the VPN; engines need it to be connected where it is enabled.
    var vpn = VPNStatus.disabled
    var lastRecordedDecision: ScalingDecision?
    var isRetryScheduled = false
    var isReconcileScheduled = false
    private var engineSeries: EngineSeries
    /// The breakers' states that the metrics show.
    private var shownStates = (general: CircuitBreaker.State.closed, replacement: CircuitBreaker.State.closed)
    /// Nil whenever something has changed in it.
    var enginesDocument: (body: ByteBuffer, entityTag: String)? {
        didSet {
            let document = enginesDocument
            front.withLockedValue { $0.engines = document }
            if document == nil { publishSoon() }
        }
    }
    var feed: EngineFeed
    var isPublicationScheduled = false
    var lastKeepAlive: Timestamp
    nonisolated let front: NIOLockedValueBox<Front>
    var lastPurge: Timestamp?
    var collector: StreamCollector
    var looping = LoopingContents()

    init(
        configuration: OrchestratorConfiguration, provider: any EngineProvider, probe: any EngineProbe,
        journal: Journal, leadership: Leadership, registry: Registry,
        logger: Logger
    ) {
        self.configuration = configuration
        self.provider = provider
        self.probe = probe
        self.journal = journal
        statistics = EngineStatisticsCache(provider: provider)
        self.leadership = leadership
        self.metrics = OrchestratorMetrics(registry: registry)
        engineSeries = EngineSeries(registry: registry)
        self.logger = logger
        startedAt = clock.now
        lastKeepAlive = startedAt
        feed = EngineFeed(run: String(startedAt.milliseconds))
        fleet = FleetState(limits: configuration.limits)
        provisioner = configuration.provisioner
        probes = configuration.probes
        vpnWatch = configuration.vpn.map { VPNWatch($0) }
        vpnPool = configuration.vpn.map { VPNPool($0) }
        vpn = vpnPool?.status ?? .disabled
        front = NIOLockedValueBox(Front(limiter: provisioner.limiter, breaker: provisioner.general))
        collector = StreamCollector(interval: configuration.collector.interval)
        policy = SLOPolicy(bounds: configuration.bounds)
        metrics.fleet.enginesLimit.set(configuration.reconciler.maxReplicas)
        metrics.provisioning.limit.set(provisioner.limiter.maxConcurrent)
        metrics.provisioning.portsLimit.set(provisioner.ports.range.count)
    }

    /// The fleet as it is now.
    public func currentFleet() -> FleetState { fleet }

    nonisolated var now: Timestamp { clock.now }

    /// Guards the creation of engines.
    var generalBreaker: CircuitBreaker {
        get { provisioner.general }
        set { provisioner.general = newValue }
    }
    /// Guards the replacement of unhealthy ones.
    var replacementBreaker: CircuitBreaker {
        get { provisioner.replacement }
        set { provisioner.replacement = newValue }
    }
    var limiter: ProvisioningLimiter { provisioner.limiter }
    /// Engines being created, by name.
    var provisions: [String: Provision] { provisioner.creating }

    func log(event: EventRecord) {
        journal.append([.logEvent(event)])
    }

    /// Has the metrics show what is. Costs time for each engine, so it is done once a second and for each scrape.
    func refreshGauges() {
        let now = now
        metrics.fleet.show(fleet)
        metrics.collector.show(collector.latest)
        metrics.collector.looping.set(looping.since.count)
        engineSeries.show(fleet, now: now)
        metrics.streamsActive.set(fleet.streams.count)
        metrics.leasing.active.set(fleet.leases.count)
        metrics.proxies.known.set(fleet.proxies.count)
        metrics.proxies.unreported.set(fleet.unreportedSessionCount)
        metrics.provisioning.inFlight.set(provisioner.limiter.active)
        metrics.provisioning.portsUsed.set(provisioner.ports.usedCount)
        metrics.provisioning.queued.set(turns.count + missing)
        metrics.provisioning.show(generalBreaker, as: .general, before: shownStates.general, now: now)
        metrics.provisioning.show(replacementBreaker, as: .replacement, before: shownStates.replacement, now: now)
        shownStates = (generalBreaker.state(now: now), replacementBreaker.state(now: now))
    }
}
