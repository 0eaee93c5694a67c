import Fleet
import TestSupport

/// Proxies that play streams, are killed, are cut off for a while and repeat their reports, and an orchestrator that
/// stands still now and then: one step a second, everything drawn from one seed.
struct ProxyLossSimulation {
    private struct Proxy {
        var id: String
        var registration: UInt64?
        /// What it really plays, ids of streams.
        var playing: Set<String> = []
        /// What it has not reported yet, oldest first.
        var reports: [(id: String, isStart: Bool)] = []
        var cutOffUntil = Timestamp.second(0)
    }

    static let timeToLive = Duration.seconds(10)

    var random: SeededGenerator
    var fleet = FleetState(
        limits: FleetState.Limits(
            maxStreamsPerEngine: 4, leaseTimeToLive: .seconds(15), proxyTimeToLive: ProxyLossSimulation.timeToLive))
    var hasFaults = true
    private(set) var now = Timestamp.second(1000)
    private(set) var started = 0
    private(set) var ended = 0
    private(set) var lost = 0
    private(set) var violations: [String] = []
    private var proxies: [Proxy] = []
    /// Steps since each killed proxy was killed, by its id.
    private var killed: [String: Int] = [:]
    private var counter = 0

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        for number in 1...6 {
            let endpoint = EngineEndpoint(host: "127.0.0.1", port: 19000 + number)
            _ = fleet.add(Engine(id: "e\(number)", name: "n\(number)", endpoint: endpoint, firstSeen: now))
            _ = fleet.recordProbe(of: "e\(number)", answered: true, now: now)
        }
    }

    /// Streams that really play.
    var playing: Set<String> { proxies.reduce(into: []) { $0.formUnion($1.playing) } }

    mutating func step() {
        now = now + .seconds(1)
        // The orchestrator stands still: nobody is heard, and nothing is checked.
        if hasFaults, random.chance(2) { now = now + .seconds(Int.random(in: 5...60, using: &random)) }
        if proxies.count < 3 {
            counter += 1
            proxies.append(Proxy(id: "p\(counter)"))
        }
        if hasFaults { disturb() }
        for index in proxies.indices {
            var proxy = proxies[index]
            run(&proxy)
            proxies[index] = proxy
        }
        count(fleet.expireLeases(now: now))
        let heard = Set(proxies.filter { $0.cutOffUntil <= now }.map(\.id))
        let before = fleet.streams
        let changes = fleet.expireProxies(now: now)
        for case .streamEnded(let stream) in changes {
            let proxyID = before[stream.id]?.proxyID ?? ""
            if heard.contains(proxyID) { violations.append("\(stream.id) of \(proxyID) ended, although it is heard") }
        }
        count(changes)
        check()
    }

    private mutating func disturb() {
        if random.chance(4), let victim = proxies.indices.randomElement(using: &random) {
            killed[proxies.remove(at: victim).id] = 0
        }
        if random.chance(6), let victim = proxies.indices.randomElement(using: &random) {
            proxies[victim].cutOffUntil = now + .seconds(Int.random(in: 1...40, using: &random))
        }
    }

    private mutating func run(_ proxy: inout Proxy) {
        let isHeard = proxy.cutOffUntil <= now
        if isHeard, random.chance(40) {
            counter += 1
            let id = "l\(counter)"
            let content = ContentKey(kind: .infohash, value: id)
            if let (_, changes) = fleet.lease(id: id, content: content, holder: "", proxyID: proxy.id, now: now) {
                count(changes)
                // A killed proxy or a start that fails leaves its lease behind.
                if random.chance(80) {
                    proxy.playing.insert("\(id)|s")
                    proxy.reports.append(("\(id)|s", true))
                }
            }
        }
        for id in proxy.playing.sorted() where random.chance(10) {
            proxy.playing.remove(id)
            proxy.reports.append((id, false))
        }
        guard isHeard else { return }
        if let known = fleet.hear(from: proxy.id, now: now), known.registration != proxy.registration {
            proxy.registration = known.registration
            proxy.reports += proxy.playing.sorted().map { ($0, true) }
        }
        while let report = proxy.reports.first {
            apply(report, of: proxy.id)
            // The answer is lost: the same report comes again.
            if hasFaults, random.chance(20) { return }
            proxy.reports.removeFirst()
        }
    }

    private mutating func apply(_ report: (id: String, isStart: Bool), of proxyID: String) {
        guard report.isStart else { return count(fleet.endStream(id: report.id, reason: "completed", now: now)) }
        let lease = String(report.id.dropLast(2))
        let start = StreamStart(
            content: ContentKey(kind: .infohash, value: lease), playbackSessionID: "s",
            engineID: "e\(1 + report.id.utf8.count % 6)", leaseID: lease, proxyID: proxyID)
        count(fleet.start(start, now: now).changes)
    }

    private mutating func count(_ changes: [FleetChange]) {
        for change in changes {
            switch change {
            case .streamStarted: started += 1
            case .streamEnded: ended += 1
            case .proxyLost: lost += 1
            default: break
            }
        }
    }

    private mutating func check() {
        for id in killed.keys { killed[id, default: 0] += 1 }
        if started - ended != fleet.streams.count {
            violations.append("\(started) - \(ended) != \(fleet.streams.count)")
        }
        let overdue = killed.filter { $0.value > 12 }.keys
        let held = fleet.streams.values.compactMap(\.proxyID) + fleet.leases.values.compactMap(\.proxyID)
        for id in Set(held) where overdue.contains(id) { violations.append("\(id) is gone and holds something") }
        for id in Set(held) where fleet.proxies[id] == nil { violations.append("\(id) holds something, unknown") }
        let counted = fleet.streams.values.count { $0.isAttached } + fleet.leases.count
        if counted != fleet.totalLoad { violations.append("load \(fleet.totalLoad), counted \(counted)") }
    }
}
