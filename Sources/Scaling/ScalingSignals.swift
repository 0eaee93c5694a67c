/// What a scaling policy looks at.
public struct ScalingSignals: Sendable, Hashable {
    /// Milliseconds since the Unix epoch.
    public var at: Int64
    /// Engines that are healthy or starting, those being created included.
    public var current: Int
    /// Ready engines without any load.
    public var free: Int
    /// Engines with a stream or a lease.
    public var used: Int
    /// Streams and leases together.
    public var load: Int
    /// Streams an engine may carry.
    public var slotsPerEngine: Int
    /// Requests that wait for an engine now.
    public var waiting: Int
    public var demand: DemandMeter.Estimate
    public var leadTimeSeconds: Double
    /// How fast the start objective's budget burns; 1 is just sustainable.
    public var burnRate: Double
    /// Engines an operator asked for in total; 0 when none did.
    public var floor: Int

    public init(
        at: Int64, current: Int, free: Int, used: Int, load: Int, slotsPerEngine: Int, waiting: Int,
        demand: DemandMeter.Estimate, leadTimeSeconds: Double, burnRate: Double, floor: Int
    ) {
        self.at = at
        self.current = current
        self.free = free
        self.used = used
        self.load = load
        self.slotsPerEngine = max(1, slotsPerEngine)
        self.waiting = waiting
        self.demand = demand
        self.leadTimeSeconds = leadTimeSeconds
        self.burnRate = burnRate
        self.floor = floor
    }

    /// Whether every measured number can be calculated with.
    var isComplete: Bool {
        [demand.startsPerSecond, demand.dispersion, leadTimeSeconds, burnRate].allSatisfy { $0.isFinite && $0 >= 0 }
    }
}
