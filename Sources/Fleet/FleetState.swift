/// All engines, streams and leases: one value, changed only through its functions, each of which gets the time as an
/// argument and returns what it changed.
///
/// Guarantees: a lease is never granted beyond `Limits.maxStreamsPerEngine` (streams and leases together); applying the
/// same report twice changes nothing the second time; a report about something unknown never touches anything known.
public struct FleetState: Sendable {
    public struct Limits: Sendable, Hashable {
        public var maxStreamsPerEngine: Int
        public var leaseTimeToLive: Duration
        /// Failed probes in a row after which an engine counts as unhealthy.
        public var probeFailureThreshold: Int
        /// Ended streams kept in memory.
        public var maxEndedStreams: Int
        /// Silence after which a proxy that names itself counts as lost.
        public var proxyTimeToLive: Duration
        /// Time after an engine's start in which its failing probes do not count while it has not answered yet.
        public var startupGrace: Duration
        public var ejection: EjectionPolicy
        public var weights: ScoreWeights

        public init(
            maxStreamsPerEngine: Int = 1, leaseTimeToLive: Duration = .seconds(30), probeFailureThreshold: Int = 3,
            maxEndedStreams: Int = 1000, proxyTimeToLive: Duration = .seconds(30),
            startupGrace: Duration = .zero, ejection: EjectionPolicy = EjectionPolicy(),
            weights: ScoreWeights = ScoreWeights()
        ) {
            self.maxStreamsPerEngine = max(1, maxStreamsPerEngine)
            self.leaseTimeToLive = leaseTimeToLive
            self.probeFailureThreshold = max(1, probeFailureThreshold)
            self.maxEndedStreams = max(0, maxEndedStreams)
            self.proxyTimeToLive = proxyTimeToLive
            self.startupGrace = startupGrace
            self.ejection = ejection
            self.weights = weights
        }
    }

    public let limits: Limits
    public internal(set) var engines: [String: Engine] = [:]
    /// Running streams.
    public internal(set) var streams: [String: StreamRecord] = [:]
    public internal(set) var endedStreams: [String: StreamRecord] = [:]
    public internal(set) var leases: [String: Lease] = [:]
    /// The proxies that name themselves, as long as they are heard.
    public internal(set) var proxies: [String: ProxyInstance] = [:]
    /// Grows with every change that a reader of the engine list would act on; probe times and the like leave it alone.
    public internal(set) var revision: UInt64 = 0

    var lastRegistration: UInt64 = 0
    var lastProxyCheck: Timestamp?
    var endedOrder: [String] = []
    var streamIDsByEngine: [String: [String]] = [:]
    var leaseCountByEngine: [String: Int] = [:]
    /// Engines removed by us and when, until an observation begun later confirms it.
    var removedAt: [String: Timestamp] = [:]
    /// Engines by the address they had when they joined.
    var idsByEndpoint: [EngineEndpoint: [String]] = [:]

    public init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Running streams of an engine, oldest first.
    public func streamIDs(of engineID: String) -> [String] {
        streamIDsByEngine[engineID] ?? []
    }

    /// Slots of an engine in use: streams and leases.
    public func load(of engineID: String) -> Int {
        (streamIDsByEngine[engineID]?.count ?? 0) + (leaseCountByEngine[engineID] ?? 0)
    }

    /// Slots in use on all engines together.
    public var totalLoad: Int {
        streamIDsByEngine.values.reduce(0) { $0 + $1.count } + leases.count
    }

    /// Engines that hold neither stream nor lease and may be chosen.
    public var freeEngineCount: Int {
        let countsEjected = isEjectionSuspended
        return engines.values.count { $0.isUsable && (countsEjected || !$0.isEjected) && load(of: $0.id) == 0 }
    }

    public func healthScore(of engine: Engine, now: Timestamp) -> Int {
        score(of: engine, slotsInUse: streamIDs(of: engine.id).count, now: now)
    }

    func score(of engine: Engine, slotsInUse: Int, now: Timestamp) -> Int {
        HealthScore.score(
            activeStreams: slotsInUse, health: engine.health, sinceLastUse: engine.lastStreamUsage.map { now - $0 },
            penalty: limits.weights.penalty(for: engine.experience, now: now))
    }
}
