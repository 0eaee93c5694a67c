import Fleet
import TestSupport

/// A provider of the simulation: what really runs, with faults of every kind.
struct SimulatedProvider {
    struct Machine {
        var engine: Engine
        var isRunning = true
        /// When its API begins to answer; nil: never.
        var answersAt: Timestamp?
    }

    /// How one call to create an engine goes on.
    enum Answer {
        case created(Engine)
        case failed(Provision.Failure)
        /// Nothing comes before the caller has given up.
        case none(endsAt: Timestamp)
    }

    private(set) var machines: [String: Machine] = [:]
    private(set) var violations: [String] = []
    private var delayed: [(name: String, port: Int, at: Timestamp)] = []
    private var counter = 0

    var running: [Engine] { machines.values.filter(\.isRunning).map(\.engine).sorted { $0.id < $1.id } }
    var exited: [String] { machines.filter { !$0.value.isRunning }.keys.sorted() }
    var ports: [Int] { machines.values.map(\.engine.endpoint.port) }

    mutating func create(
        _ provision: Provision, hasFaults: Bool, now: Timestamp, using random: inout SeededGenerator
    ) -> Answer {
        if machines.values.contains(where: { $0.engine.name == provision.name }) { return .failed(.nameTaken) }
        if running.contains(where: { $0.endpoint.port == provision.port }) { return .failed(.portTaken) }
        guard hasFaults else { return .created(start(provision.name, provision.port, now, answers: true)) }
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<55:
            let answers = random.chance(90)
            return .created(start(provision.name, provision.port, now, answers: answers))
        case 55..<65: return .failed(.uncertain("disk full"))
        case 65..<75:
            // The engine is there, the answer is lost.
            _ = start(provision.name, provision.port, now, answers: true)
            return .failed(.uncertain("connection closed"))
        case 75..<80:
            // It says no, and does it a little later.
            delayed.append((provision.name, provision.port, now + .seconds(2)))
            return .failed(.uncertain("timed out"))
        case 80..<85: return .failed(.refused("no such image"))
        case 85..<90: return .failed(.portTaken)
        default:
            let end = now + .seconds(Int.random(in: 5...40, using: &random))
            if random.chance(50) { delayed.append((provision.name, provision.port, end - .seconds(1))) }
            return .none(endsAt: end)
        }
    }

    /// What happens by itself.
    mutating func advance(to now: Timestamp) {
        for one in delayed where one.at <= now {
            // The real provider refuses what does not fit any more.
            guard !machines.values.contains(where: { $0.engine.name == one.name }),
                !running.contains(where: { $0.endpoint.port == one.port })
            else { continue }
            _ = start(one.name, one.port, now, answers: true)
        }
        delayed.removeAll { $0.at <= now }
    }

    mutating func crash(_ id: String) { machines[id]?.isRunning = false }
    mutating func hang(_ id: String) { machines[id]?.answersAt = nil }
    mutating func remove(_ id: String) { machines[id] = nil }

    func answers(_ id: String, now: Timestamp) -> Bool {
        guard let machine = machines[id], machine.isRunning, let at = machine.answersAt else { return false }
        return at <= now
    }

    private mutating func start(_ name: String, _ port: Int, _ now: Timestamp, answers: Bool) -> Engine {
        counter += 1
        let engine = Engine(
            id: "id-\(counter)-\(name)", name: name, endpoint: EngineEndpoint(host: "127.0.0.1", port: port),
            firstSeen: now)
        if running.contains(where: { $0.endpoint == engine.endpoint }) {
            violations.append("port \(port) was given twice")
        }
        machines[engine.id] = Machine(engine: engine, answersAt: answers ? now + .seconds(1) : nil)
        return engine
    }
}
