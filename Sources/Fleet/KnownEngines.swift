/// The engines of a fleet as one proxy knows them, to choose from where nobody leases: with an orchestrator that has no
/// leases, and while the orchestrator is gone.
///
/// Guarantee: ``choose(excluding:now:)`` never names an engine that this proxy uses ``limit`` times already.
public struct KnownEngines: Sendable {
    /// One engine as the orchestrator listed it.
    public struct Entry: Sendable, Hashable {
        public let id: String
        public let endpoint: EngineEndpoint
        public var health: EngineHealth
        /// The ids of its streams, those of other proxies too.
        public var streams: Set<String>
        /// Whether the VPN forwards a port to it.
        public var isForwarded: Bool
        /// A text that is greater the later the engine was used.
        public var lastUse: String

        public init(
            id: String, endpoint: EngineEndpoint, health: EngineHealth, streams: Set<String> = [],
            isForwarded: Bool = false,
            lastUse: String = ""
        ) {
            self.id = id
            self.endpoint = endpoint
            self.health = health
            self.streams = streams
            self.isForwarded = isForwarded
            self.lastUse = lastUse
        }
    }

    /// More engines than this are not kept.
    public static let maxEntries = 10_000
    private static let failureThreshold = 3
    private static let recoveryTimeout = Duration.seconds(30)

    /// Streams that an engine may carry.
    public var limit: Int
    public private(set) var entries: [Entry] = []
    /// What this proxy uses, by engine.
    private var own: [EngineEndpoint: Int] = [:]
    /// This proxy's streams: the running ones, and those that have ended and that the list still has.
    private var ownStreams: Set<String> = []
    private var runningStreams: Set<String> = []
    /// What the proxy's own probes found since the list came.
    private var probes: [EngineEndpoint: Bool] = [:]
    private var breakers: [EngineEndpoint: CircuitBreaker] = [:]

    public init(limit: Int) {
        self.limit = limit
    }

    /// Takes over a list of the orchestrator; what the proxy's own probes found counts no more.
    public mutating func replace(with list: [Entry]) {
        entries = Array(list.prefix(Self.maxEntries))
        probes = [:]
        let endpoints = Set(entries.map(\.endpoint))
        breakers = breakers.filter { endpoints.contains($0.key) }
        let listed = entries.reduce(into: runningStreams) { $0.formUnion($1.streams) }
        ownStreams.formIntersection(listed)
    }

    /// The orchestrator is back, and its list is still the same.
    public mutating func confirm() { probes = [:] }

    /// How often this proxy uses an engine now.
    public func uses(of engine: EngineEndpoint) -> Int { own[engine] ?? 0 }

    /// The proxy uses an engine once more.
    public mutating func take(_ engine: EngineEndpoint) { own[engine, default: 0] += 1 }

    /// One of the proxy's uses of an engine is a stream of that id.
    public mutating func noteStream(_ id: String) {
        ownStreams.insert(id)
        runningStreams.insert(id)
    }

    /// The proxy uses an engine once less; `stream` is what became of that use.
    public mutating func free(_ engine: EngineEndpoint, stream: String? = nil) {
        if let stream {
            runningStreams.remove(stream)
            if !entries.contains(where: { $0.streams.contains(stream) }) { ownStreams.remove(stream) }
        }
        let count = uses(of: engine) - 1
        own[engine] = count > 0 ? count : nil
    }

    /// Notes what a probe of the proxy's own found.
    public mutating func recordProbe(of engine: EngineEndpoint, answered: Bool) {
        if isKnown(engine) { probes[engine] = answered }
    }

    /// Notes how a start ended; nil when that says nothing about the engine.
    public mutating func recordStart(on engine: EngineEndpoint, succeeded: Bool?, now: Timestamp) {
        guard isKnown(engine) else { return }
        var breaker = breakers[engine] ?? Self.breaker
        switch succeeded {
        case true: breaker.recordSuccess(now: now)
        case false: breaker.recordFailure(now: now)
        default: breaker.recordAbandoned()
        }
        breakers[engine] = breaker.failureCount > 0 ? breaker : nil
    }

    /// Engines whose starts keep failing, for the time being.
    public func broken(now: Timestamp) -> Set<EngineEndpoint> {
        Set(breakers.lazy.filter { $0.value.state(now: now) == .open }.map(\.key))
    }

    /// The engine for the next stream, and one use of it: healthy before others, then the one with the fewest streams,
    /// a forwarded one, the one not used for the longest time. Others' streams count as long as there is a choice, for
    /// they may have ended since the list came.
    public mutating func choose(excluding excluded: Set<EngineEndpoint>, now: Timestamp) -> Entry? {
        let usable = entries.filter { entry in
            probes[entry.endpoint] != false && uses(of: entry.endpoint) < limit
                && !excluded.contains { $0.isSame(as: entry.endpoint) }
        }
        let roomy = usable.filter { load(of: $0) < limit }
        for entry in (roomy.isEmpty ? usable : roomy).sorted(by: isPreferred) {
            var breaker = breakers[entry.endpoint] ?? Self.breaker
            guard breaker.admit(now: now) != nil else { continue }
            if breakers[entry.endpoint] != nil { breakers[entry.endpoint] = breaker }
            take(entry.endpoint)
            return entry
        }
        return nil
    }

    private static var breaker: CircuitBreaker {
        CircuitBreaker(failureThreshold: failureThreshold, recoveryTimeout: recoveryTimeout)
    }

    private func isKnown(_ engine: EngineEndpoint) -> Bool { entries.contains { $0.endpoint == engine } }

    private func load(of entry: Entry) -> Int {
        uses(of: entry.endpoint) + entry.streams.count { !ownStreams.contains($0) }
    }

    private func isHealthy(_ entry: Entry) -> Bool { probes[entry.endpoint] ?? (entry.health == .healthy) }

    private func isPreferred(_ one: Entry, to other: Entry) -> Bool {
        if isHealthy(one) != isHealthy(other) { return isHealthy(one) }
        if load(of: one) != load(of: other) { return load(of: one) < load(of: other) }
        if one.isForwarded != other.isForwarded { return one.isForwarded }
        return (one.lastUse, one.id) < (other.lastUse, other.id)
    }
}
