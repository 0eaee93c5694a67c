import Fleet
import TestSupport

/// Creating and removing engines under faults, in virtual time: the decisions are the real ones, only the provider is
/// simulated. What it does is given by the seed.
struct ProvisioningSimulation {
    private enum Activity {
        /// An attempt begins at the time given.
        case attempt(Provision, at: Timestamp, looksFirst: Bool)
        /// The provider answers at the time given.
        case answer(Provision, SimulatedProvider.Answer, at: Timestamp)
        /// The engine is waited for.
        case start(Provision, engineID: String, deadline: Timestamp)
        /// The attempt was given up and ends at the time given.
        case late(Provision, at: Timestamp)
    }

    static let maxReplicas = 6
    static let ports = 19000...19008

    var random: SeededGenerator
    var provider = SimulatedProvider()
    var fleet = FleetState()
    var provisioner = ProvisioningSimulation.fresh
    var now = Timestamp.second(1000)
    var desired = 3
    var hasFaults = true
    var violations: [String] = []
    private(set) var trace: [String] = []
    private(set) var restarts = 0
    private(set) var retries = 0
    private var activities: [Activity] = []
    private let reconciler = Reconciler(
        maxReplicas: ProvisioningSimulation.maxReplicas, gracePeriod: .seconds(5), startupTimeout: .seconds(10))

    static var fresh: Provisioner {
        Provisioner(
            limits: Provisioner.Limits(
                maxReplicas: maxReplicas, timeout: .seconds(20), startupTimeout: .seconds(10),
                retries: RetryPolicy(maxRetries: 3, baseDelay: .seconds(1))),
            limiter: ProvisioningLimiter(maxConcurrent: 3, minInterval: .seconds(1)),
            ports: PortAllocator(range: ports),
            general: CircuitBreaker(failureThreshold: 3, recoveryTimeout: .seconds(7)),
            replacement: CircuitBreaker(failureThreshold: 2, recoveryTimeout: .seconds(5)))
    }

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    mutating func step() {
        now = now + .seconds(1)
        provider.advance(to: now)
        if hasFaults { disturb() }
        proceed()
        observeAndProbe()
        for action in actions() { perform(action) }
        check()
    }

    func actions() -> [Reconciler.Action] {
        reconciler.actions(
            desired: desired, fleet: fleet, exited: provider.exited, provisioning: provisioner.pendingCount, now: now)
    }

    private mutating func disturb() {
        if random.chance(10) { desired = Int.random(in: 0...(Self.maxReplicas + 1), using: &random) }
        if random.chance(8), let victim = provider.running.map(\.id).randomElement(using: &random) {
            provider.crash(victim)
        }
        if random.chance(5), let victim = provider.running.map(\.id).randomElement(using: &random) {
            provider.hang(victim)
        }
        if random.chance(2) { restart() }
    }

    /// All that was in memory is gone; what was asked of the provider may still happen.
    private mutating func restart() {
        let before = provider.running.map(\.id)
        restarts += 1
        fleet = FleetState()
        provisioner = Self.fresh
        activities = []
        observe()
        let kept = provider.running.map(\.id)
        if before != kept { violations.append("the restart changed what runs: \(before) \(kept)") }
        if Set(fleet.engines.keys) != Set(before) { violations.append("the restart did not adopt all") }
        trace.append("\(now.milliseconds) restart")
    }

    private mutating func proceed() {
        let due = activities
        activities = []
        for activity in due {
            switch activity {
            case .attempt(let provision, let at, let looksFirst) where at <= now:
                attempt(provision, looksFirst: looksFirst)
            case .answer(let provision, let answer, let at) where at <= now:
                take(answer, of: provision)
            case .start(let provision, let id, let deadline):
                wait(for: id, of: provision, until: deadline)
            case .late(let provision, let at) where at <= now:
                provisioner.settle(provision, now: now)
            default:
                activities.append(activity)
            }
        }
    }

    private mutating func attempt(_ provision: Provision, looksFirst: Bool) {
        guard provisioner.mayStillTry(provision) else { return fail(provision, .uncertain("the breaker has opened")) }
        if looksFirst {
            retries += 1
            if hasFaults, random.chance(20) { return fail(provision, .uncertain("no list")) }
            if let found = provider.running.first(where: { $0.name == provision.name }) {
                return take(.created(found), of: provision)
            }
        }
        let breaker = provision.purpose == .growth ? provisioner.general : provisioner.replacement
        if breaker.state(now: now) == .open { violations.append("\(provision.name): tried while the breaker is open") }
        let answer = provider.create(provision, hasFaults: hasFaults, now: now, using: &random)
        trace.append("\(now.milliseconds) create \(provision.name) \(provision.port) \(answer)")
        let delay = Duration.seconds(hasFaults ? Int.random(in: 0...3, using: &random) : 0)
        activities.append(.answer(provision, answer, at: now + delay))
    }

    private mutating func take(_ answer: SimulatedProvider.Answer, of provision: Provision) {
        switch answer {
        case .created(let engine):
            provisioner.created(provision, port: engine.endpoint.port)
            _ = fleet.add(engine)
            let deadline = provisioner.deadline(of: provision, startedAt: now)
            activities.append(.start(provision, engineID: engine.id, deadline: deadline))
        case .failed(let failure):
            fail(provision, failure)
        case .none(let endsAt):
            guard now >= min(endsAt, provision.begunAt + provisioner.limits.timeout) else {
                return activities.append(.answer(provision, answer, at: now + .seconds(1)))
            }
            if now >= endsAt { return fail(provision, .uncertain("connection closed")) }
            provisioner.attemptUnanswered(provision, now: now)
            activities.append(.late(provision, at: endsAt))
        }
    }

    private mutating func fail(_ provision: Provision, _ failure: Provision.Failure) {
        switch provisioner.attemptFailed(provision, failure, fleet: fleet, now: now, using: &random) {
        case .again(let next): attempt(next, looksFirst: false)
        case .retry(let next, let pause): activities.append(.attempt(next, at: now + pause, looksFirst: true))
        case .giveUp(let block): trace.append("\(now.milliseconds) given up \(provision.name): \(block)")
        }
    }

    private mutating func wait(for id: String, of provision: Provision, until deadline: Timestamp) {
        guard let engine = fleet.engines[id], engine.removal == nil else {
            return provisioner.end(provision, .failed, now: now)
        }
        if engine.isReady { return provisioner.end(provision, .ready, now: now) }
        guard now >= deadline else {
            return activities.append(.start(provision, engineID: id, deadline: deadline))
        }
        provisioner.end(provision, .failed, now: now)
        remove(id, .startTimeout)
    }

    private mutating func observeAndProbe() {
        if !hasFaults || !random.chance(20) { observe() }
        for id in fleet.engines.keys.sorted() {
            _ = fleet.recordProbe(of: id, answered: provider.answers(id, now: now), now: now)
        }
    }

    private mutating func observe() {
        let seen = provider.running.filter { provisioner.creating[$0.name] == nil }
        _ = fleet.observe(running: seen, begunAt: now, now: now)
        provisioner.observed(provided: provider.ports, fleet: fleet, begunAt: now)
    }

    private mutating func perform(_ action: Reconciler.Action) {
        switch action {
        case .provision(let count, let purpose):
            for _ in 0..<count {
                guard let provision = try? provisioner.begin(purpose: purpose, fleet: fleet, now: now) else { return }
                attempt(provision, looksFirst: false)
            }
        case .remove(let id, .exited):
            provider.remove(id)
        case .remove(let id, let reason):
            remove(id, reason)
        }
    }

    private mutating func remove(_ id: String, _ reason: RemovalReason) {
        guard fleet.beginRemoval(of: id, reason: reason) else { return }
        if hasFaults, random.chance(20) { return fleet.cancelRemoval(of: id) }
        provider.remove(id)
        let port = fleet.engines[id]?.endpoint.port
        _ = fleet.remove(id, reason: reason, now: now)
        if let port { provisioner.release(port, fleet: fleet) }
        trace.append("\(now.milliseconds) removed \(id) \(reason.rawValue)")
    }

    private mutating func check() {
        violations += provider.violations
        let held = Set(fleet.engines.values.map(\.endpoint.port))
        if held.count != fleet.engines.count { violations.append("two engines share a port") }
        if !held.isSubset(of: provisioner.ports.taken) { violations.append("the port of an engine is free") }
        let open = activities.count { if case .late = $0 { false } else { true } }
        if provisioner.limiter.active != open {
            violations.append("\(provisioner.limiter.active) places are taken, \(open) engines are being created")
        }
        if fleet.engines.count + provisioner.pendingCount > Self.maxReplicas + 2 {
            violations.append("\(fleet.engines.count) + \(provisioner.pendingCount) engines")
        }
    }
}
