/// Everything that creating engines holds: names, ports, places of the limiter, permits of the breakers. Whoever talks
/// to the provider asks it before each attempt and tells it how the attempt ended.
///
/// Guarantees: a port is given to one engine at a time, and is free again once its engine is gone or certainly was
/// never created; engines known, being created and possibly created are together never more than `maxReplicas`, and
/// one more while one is replaced; nothing is tried while the breaker is open but one probe.
public struct Provisioner: Sendable {
    public struct Limits: Sendable, Hashable {
        public var maxReplicas: Int
        /// From the decision until the engine answers, retries included.
        public var timeout: Duration
        /// Time to answer once it was started.
        public var startupTimeout: Duration
        public var retries: RetryPolicy

        public init(maxReplicas: Int, timeout: Duration, startupTimeout: Duration, retries: RetryPolicy) {
            self.maxReplicas = max(1, maxReplicas)
            self.timeout = timeout
            self.startupTimeout = startupTimeout
            self.retries = retries
        }
    }

    /// A creation that was given up and may have happened all the same.
    struct Unsettled: Sendable, Hashable {
        var port: Int
        /// When nothing more was under way; nil before.
        var endedAt: Timestamp?
    }

    /// Other names and ports tried for one engine.
    static let maxCollisions = 10

    public let limits: Limits
    public private(set) var limiter: ProvisioningLimiter
    public internal(set) var ports: PortAllocator
    /// Guards the creation of engines.
    public var general: CircuitBreaker
    /// Guards the replacement of unhealthy ones.
    public var replacement: CircuitBreaker
    /// Engines being created that the fleet does not hold yet, by name.
    public internal(set) var creating: [String: Provision] = [:]
    var unsettled: [String: Unsettled] = [:]
    /// The highest number given to an engine so far.
    private var lastNameNumber = 0

    public init(
        limits: Limits, limiter: ProvisioningLimiter, ports: PortAllocator, general: CircuitBreaker,
        replacement: CircuitBreaker
    ) {
        self.limits = limits
        self.limiter = limiter
        self.ports = ports
        self.general = general
        self.replacement = replacement
    }

    /// Engines being created, and those that may have been.
    public var pendingCount: Int { creating.count + unsettled.count }

    /// Reserves everything a new engine needs, or says why there can be none now.
    public mutating func begin(
        _ order: ProvisionOrder = ProvisionOrder(), purpose: Provision.Purpose, fleet: FleetState, now: Timestamp
    ) throws(ProvisionBlock) -> Provision {
        let surge = purpose == .replacement ? 1 : 0
        guard fleet.engines.count + pendingCount < limits.maxReplicas + surge else { throw .maxReplicas }
        switch limiter.begin(now: now) {
        case .granted: break
        case .busy: throw .busy
        case .notBefore(let time): throw .notBefore(time)
        }
        let port: Int
        do throws(ProvisionBlock) {
            port = try reservePort(for: order)
        } catch {
            limiter.cancel()
            throw error
        }
        guard let permit = admit(purpose, now: now) else {
            limiter.cancel()
            ports.release(port)
            throw .circuitOpen(breaker(purpose).timeUntilProbe(now: now))
        }
        let provision = Provision(
            name: nextName(fleet), port: port, order: order, purpose: purpose, begunAt: now, permit: permit)
        creating[provision.name] = provision
        return provision
    }

    /// The engine exists, with the port given: from now on the fleet holds it. ``end(_:_:now:)`` follows once it
    /// answers or is given up.
    public mutating func created(_ provision: Provision, port: Int) {
        _ = ports.take(port)
        creating[provision.name] = nil
        unsettled[provision.name] = nil
    }

    /// The place of the limiter and the permit are given back.
    public mutating func end(_ provision: Provision, _ outcome: Provision.Outcome, now: Timestamp) {
        limiter.finish()
        switch (provision.purpose, outcome) {
        case (.growth, .ready): general.recordSuccess(provision.permit, now: now)
        case (.growth, .failed): general.recordFailure(provision.permit, now: now)
        case (.growth, .abandoned): general.recordAbandoned(provision.permit)
        case (.replacement, .ready): replacement.recordSuccess(provision.permit, now: now)
        case (.replacement, .failed): replacement.recordFailure(provision.permit, now: now)
        case (.replacement, .abandoned): replacement.recordAbandoned(provision.permit)
        }
    }

    /// Takes a place of the limiter for a container that is no engine, or says why there is none now. Its outcome says
    /// nothing about engines.
    public mutating func beginOther(now: Timestamp) throws(ProvisionBlock) {
        guard general.state(now: now) != .open else { throw .circuitOpen(general.timeUntilProbe(now: now)) }
        switch limiter.begin(now: now) {
        case .granted: break
        case .busy: throw .busy
        case .notBefore(let time): throw .notBefore(time)
        }
    }

    /// Gives that place back.
    public mutating func endOther() { limiter.finish() }

    /// The engine that had the port is gone. It stays taken where another one has it, or may have it.
    public mutating func release(_ port: Int, fleet: FleetState) {
        let isHeld =
            creating.values.contains { $0.port == port } || unsettled.values.contains { $0.port == port }
            || fleet.engines.values.contains { $0.endpoint.port == port }
        if !isHeld { ports.release(port) }
    }

    /// When a provision whose engine was started at `startedAt` has taken too long.
    public func deadline(of provision: Provision, startedAt: Timestamp) -> Timestamp {
        min(provision.begunAt + limits.timeout, startedAt + limits.startupTimeout)
    }

    func breaker(_ purpose: Provision.Purpose) -> CircuitBreaker {
        purpose == .growth ? general : replacement
    }

    private mutating func admit(_ purpose: Provision.Purpose, now: Timestamp) -> CircuitBreaker.Permit? {
        switch purpose {
        case .growth: general.admit(now: now)
        case .replacement: replacement.admit(now: now)
        }
    }

    private mutating func reservePort(for order: ProvisionOrder) throws(ProvisionBlock) -> Int {
        guard let wanted = order.port else {
            guard let port = ports.allocate(from: order.vpn?.portRange) else { throw .noFreePort }
            return port
        }
        guard ports.take(wanted) else { throw .portInUse(wanted) }
        return wanted
    }

    /// `acestream-N`, one above the highest number in use.
    mutating func nextName(_ fleet: FleetState) -> String {
        let names = [fleet.engines.values.map(\.name), Array(creating.keys), Array(unsettled.keys)].joined()
        // Greater numbers are not of ours.
        let numbers = names.compactMap { name in name.split(separator: "-").last.flatMap { Int($0) } }
            .filter { $0 < 1_000_000_000 }
        lastNameNumber = max(lastNameNumber, numbers.max() ?? 0) + 1
        return "acestream-\(lastNameNumber)"
    }
}
