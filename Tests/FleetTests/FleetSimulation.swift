import Fleet
import TestSupport

/// Fleet, reconciler, ports, limiter and a provider that takes its time, fails and loses engines: one step a second,
/// everything drawn from one seed.
struct FleetSimulation {
    private struct Pending {
        var name: String
        var port: Int
        var readyAt: Timestamp
    }

    static let maxReplicas = 8
    static let slots = 2

    var random: SeededGenerator
    var fleet = FleetState(limits: FleetState.Limits(maxStreamsPerEngine: FleetSimulation.slots))
    let reconciler = Reconciler(
        maxReplicas: FleetSimulation.maxReplicas, gracePeriod: .seconds(5), startupTimeout: .seconds(10))
    var ports = PortAllocator(range: 19000...19009)
    var limiter = ProvisioningLimiter(maxConcurrent: 3, minInterval: .seconds(1))
    var now = Timestamp.second(1000)
    var desired = 3
    var hasFaults = true
    /// What went against an invariant.
    var violations: [String] = []
    private(set) var trace: [String] = []

    /// What really runs: engine by id, with the port it holds.
    private var running: [String: Engine] = [:]
    private var exited: Set<String> = []
    private var hung: Set<String> = []
    private var pending: [Pending] = []
    private var counter = 0
    private var lastLeases: [String] = []

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    mutating func step() {
        now = now + .seconds(1)
        if hasFaults { disturb() }
        use()
        completeProvisions()
        observeAndProbe()
        _ = fleet.expireLeases(now: now)
        for action in actions() { perform(action) }
        check()
    }

    func actions() -> [Reconciler.Action] {
        reconciler.actions(
            desired: desired, fleet: fleet, exited: exited.sorted(), provisioning: pending.count, now: now)
    }

    private mutating func disturb() {
        if random.chance(10) { desired = Int.random(in: 0...(Self.maxReplicas + 2), using: &random) }
        if random.chance(8), let victim = running.keys.sorted().randomElement(using: &random) {
            running[victim] = nil
            exited.insert(victim)
            trace.append("\(now.milliseconds) crash \(victim)")
        }
        if random.chance(5), let victim = running.keys.sorted().randomElement(using: &random) { hung.insert(victim) }
        if random.chance(20) { hung = [] }
    }

    private mutating func use() {
        for lease in lastLeases where random.chance(70) {
            if random.chance(80) {
                _ = fleet.start(
                    StreamStart(
                        content: ContentKey(kind: .infohash, value: lease), playbackSessionID: "s", leaseID: lease),
                    now: now)
            } else {
                _ = fleet.release(lease, outcome: .timeout, now: now)
            }
        }
        lastLeases = lastLeases.filter { fleet.leases[$0] != nil }
        for _ in 0..<Int.random(in: 0...2, using: &random) {
            counter += 1
            let id = "lease-\(counter)"
            let content = ContentKey(kind: .infohash, value: id)
            if fleet.lease(id: id, content: content, holder: "sim", now: now) != nil { lastLeases.append(id) }
        }
        for id in fleet.streams.keys.sorted() where random.chance(15) {
            _ = fleet.endStream(id: id, reason: "completed", now: now)
        }
    }

    private mutating func completeProvisions() {
        for provision in pending where provision.readyAt <= now {
            limiter.finish()
            if hasFaults, random.chance(15) {
                ports.release(provision.port)
                continue
            }
            let engine = Engine(
                id: "id-\(provision.name)", name: provision.name,
                endpoint: EngineEndpoint(host: "127.0.0.1", port: provision.port), firstSeen: now)
            if running.values.contains(where: { $0.endpoint == engine.endpoint }) {
                violations.append("port \(provision.port) was given twice")
            }
            running[engine.id] = engine
            _ = fleet.add(engine)
            trace.append("\(now.milliseconds) created \(engine.id)")
        }
        pending.removeAll { $0.readyAt <= now }
    }

    private mutating func observeAndProbe() {
        let seen = running.values.sorted { $0.id < $1.id }
        // Now and then the provider does not answer, and the fleet is judged by what was known before.
        if !hasFaults || !random.chance(20) { _ = fleet.observe(running: seen, begunAt: now, now: now) }
        ports.synchronize(
            inUse: Set(
                pending.map(\.port) + running.values.map(\.endpoint.port)
                    + fleet.engines.values.map(\.endpoint.port)))
        for id in fleet.engines.keys.sorted() {
            _ = fleet.recordProbe(of: id, answered: running[id] != nil && !hung.contains(id), now: now)
        }
    }

    private mutating func perform(_ action: Reconciler.Action) {
        switch action {
        case .provision(let count, _):
            for _ in 0..<count {
                guard limiter.begin(now: now) == .granted else { return }
                guard let port = ports.allocate() else {
                    limiter.finish()
                    return
                }
                counter += 1
                let delay = Duration.seconds(Int.random(in: 1...4, using: &random))
                pending.append(Pending(name: "engine-\(counter)", port: port, readyAt: now + delay))
            }
        case .remove(let id, .exited):
            exited.remove(id)
        case .remove(let id, let reason):
            if reason == .surplus, fleet.load(of: id) > 0 { violations.append("\(id) is in use and was given up") }
            if reason == .unhealthy, !fleet.engines.values.contains(where: { $0.isUsable && $0.id != id }) {
                violations.append("\(id) was removed although no other engine is usable")
            }
            guard fleet.beginRemoval(of: id, reason: reason) else { return }
            running[id] = nil
            _ = fleet.remove(id, reason: reason, now: now)
            trace.append("\(now.milliseconds) removed \(id) \(reason.rawValue)")
        }
    }

    private mutating func check() {
        for engine in fleet.engines.values where fleet.load(of: engine.id) > Self.slots {
            violations.append("\(engine.id) holds \(fleet.load(of: engine.id)) of \(Self.slots)")
        }
        let held = fleet.engines.values.map(\.endpoint.port)
        if Set(held).count != held.count { violations.append("two engines share a port") }
        if fleet.engines.count + pending.count > Self.maxReplicas + 1 { violations.append("too many engines") }
        let counted = fleet.streams.values.count { $0.isAttached } + fleet.leases.count
        if counted != fleet.totalLoad { violations.append("load \(fleet.totalLoad) but \(counted) streams and leases") }
    }
}
