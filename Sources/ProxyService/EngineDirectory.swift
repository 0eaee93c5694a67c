import Catalogue
import EngineAPI
import Fleet
import Logging
import NIOConcurrencyHelpers
import Outbound
import ServiceLifecycle
import Telemetry

/// Keeps the list of the orchestrator's engines while the orchestrator is there, and probes them itself while it is
/// not. The list lives in memory only: a proxy that starts while the orchestrator is gone knows no engine.
///
/// An orchestrator that tells of changes is followed; another one is asked again and again.
final class EngineDirectory: Service {
    /// An engine as every version of the orchestrator lists it.
    struct Listed: Decodable {
        let containerId: String
        let host: String
        let port: Int
        let streams: [String]?
        let healthStatus: String?
        let lastStreamUsage: String?
        let forwarded: Bool?
    }

    private struct ListedStream: Decodable {
        let id: String
        let containerId: String?
    }

    struct Lists {
        var engines: [Listed] = []
        /// Whether changes are told as they come.
        var isFollowed = false
        var engineTag: String?
        var streams: [String: Set<String>]?
        var streamTag: String?
        var fetchedAt: ContinuousClock.Instant?
    }

    private static let probeTimeout = Duration.seconds(2)
    private static let probePause = Duration.seconds(2)
    private static let probesAtOnce = 32
    /// How long an orchestrator that tells of no changes is not asked to.
    private static let followPause = Duration.seconds(30)

    let api: OrchestratorAPI
    let link: OrchestratorLink
    private let engines: EngineClient
    private let timeToLive: Duration
    let metrics: LeaseMetrics
    let known: NIOLockedValueBox<KnownEngines>
    let lists = NIOLockedValueBox(Lists())
    private let origin = ContinuousClock.now

    init(
        api: OrchestratorAPI, link: OrchestratorLink, engines: EngineClient, limit: Int, timeToLive: Duration,
        metrics: LeaseMetrics
    ) {
        self.api = api
        self.link = link
        self.engines = engines
        self.timeToLive = timeToLive
        self.metrics = metrics
        known = NIOLockedValueBox(KnownEngines(limit: limit))
    }

    // MARK: Choosing

    /// The best engine known, once more in use; nil when none may be used.
    func choose(excluding excluded: Set<EngineEndpoint>) -> EngineGrant? {
        let chosen = known.withLockedValue { $0.choose(excluding: excluded, now: now) }
        return chosen.map { entry in
            EngineGrant(
                engine: entry.endpoint, containerID: entry.id, slot: EngineSlot(entry.endpoint, in: known),
                canBeExcluded: true)
        }
    }

    /// Counts a use of an engine that somebody else has chosen.
    func use(_ engine: EngineEndpoint) -> EngineSlot {
        known.withLockedValue { $0.take(engine) }
        return EngineSlot(engine, in: known)
    }

    /// Engines whose starts keep failing, if there are others.
    func broken() -> Set<EngineEndpoint> {
        known.withLockedValue { known in
            let broken = known.broken(now: now)
            let hasOthers = known.entries.contains { $0.health == .healthy && !broken.contains($0.endpoint) }
            return hasOthers ? broken : []
        }
    }

    func recordStart(on engine: EngineEndpoint, succeeded: Bool?) {
        known.withLockedValue { known in
            known.recordStart(on: engine, succeeded: succeeded, now: now)
            metrics.enginesBroken.set(known.broken(now: now).count)
        }
    }

    /// What the orchestrator says that an engine may carry.
    func setLimit(_ limit: Int) { known.withLockedValue { $0.limit = limit } }

    /// Whether an engine is listed by its id, and where.
    func endpoint(ofEngine id: String) -> EngineEndpoint? {
        known.withLockedValue { $0.entries.first { $0.id == id }?.endpoint }
    }

    private var now: Timestamp { Timestamp(milliseconds: 0) + origin.duration(to: .now) }

    // MARK: Keeping the list

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var lastEventID: String?
            var followableFrom = ContinuousClock.now
            while !Task.isCancelled {
                if self.link.state == .down {
                    await self.probe()
                    try? await Task.sleep(for: Self.probePause)
                } else if ContinuousClock.now < followableFrom {
                    await self.refresh(countingStreams: false)
                    try? await Task.sleep(for: self.timeToLive)
                } else if await !self.follow(after: &lastEventID) {
                    followableFrom = .now + Self.followPause
                } else {
                    try? await Task.sleep(for: Self.followAgainAfter)
                }
            }
        }
    }

    /// Asks for the list unless the one known is younger than its time to live.
    /// - Parameter countingStreams: whether the streams are asked for too, as orchestrators without leases need it.
    func refreshIfOld(countingStreams: Bool) async {
        let isFresh = lists.withLockedValue { lists in
            guard let fetchedAt = lists.fetchedAt, !countingStreams || lists.streams != nil else { return false }
            if lists.isFollowed, !countingStreams { return true }
            return fetchedAt.duration(to: .now) < timeToLive
        }
        if !isFresh { await refresh(countingStreams: countingStreams) }
    }

    /// - Returns: whether the orchestrator has answered with a list.
    @discardableResult
    func refresh(countingStreams: Bool) async -> Bool {
        let (engineTag, streamTag) = lists.withLockedValue { ($0.engineTag, $0.streamTag) }
        guard let answer = try? await api.get(.list, "/engines", entityTag: engineTag) else { return false }
        var listed: [Listed]?
        if answer.status == 200 { listed = OrchestratorAPI.decode([Listed].self, from: answer) }
        guard listed != nil || answer.status == 304 else { return false }
        var streams: [ListedStream]?
        var newStreamTag = streamTag
        if countingStreams,
            let answer = try? await api.get(.list, "/streams?status=started", entityTag: streamTag),
            answer.status == 200
        {
            streams = OrchestratorAPI.decode([ListedStream].self, from: answer)
            newStreamTag = answer.header("ETag")
        }
        let hasChanged = listed != nil || streams != nil
        let entries = lists.withLockedValue { lists in
            if let listed {
                lists.engines = listed
                lists.engineTag = answer.header("ETag")
            }
            if let streams {
                lists.streams = streams.reduce(into: [:]) { $0[$1.containerId ?? "", default: []].insert($1.id) }
                lists.streamTag = newStreamTag
            } else if !countingStreams {
                lists.streams = nil
                lists.streamTag = nil
            }
            lists.fetchedAt = .now
            return lists.engines.map { Self.entry($0, streams: lists.streams) }
        }
        known.withLockedValue { known in
            if hasChanged { known.replace(with: entries) } else { known.confirm() }
        }
        metrics.enginesKnown.set(entries.count)
        return true
    }

    static func entry(_ listed: Listed, streams: [String: Set<String>]?) -> KnownEngines.Entry {
        let own = streams.map { $0[listed.containerId] ?? [] } ?? Set(listed.streams ?? [])
        return KnownEngines.Entry(
            id: listed.containerId, endpoint: EngineEndpoint(host: listed.host, port: listed.port),
            health: listed.healthStatus.flatMap { EngineHealth(rawValue: $0) } ?? .unknown,
            streams: own, isForwarded: listed.forwarded ?? false,
            lastUse: listed.lastStreamUsage ?? "")
    }

    /// Asks every engine known whether it works, a bounded number at a time.
    private func probe() async {
        let endpoints = known.withLockedValue { $0.entries.map(\.endpoint) }
        await withTaskGroup(of: Void.self) { group in
            for (index, endpoint) in endpoints.enumerated() {
                if index >= Self.probesAtOnce { await group.next() }
                group.addTask {
                    let answered = (try? await self.engines.status(of: endpoint, timeout: Self.probeTimeout)) != nil
                    if !Task.isCancelled {
                        self.known.withLockedValue { $0.recordProbe(of: endpoint, answered: answered) }
                    }
                }
            }
        }
    }

    /// Whether an engine answers.
    func isUp(_ engine: EngineEndpoint) async -> Bool {
        (try? await engines.status(of: engine, timeout: Self.probeTimeout)) != nil
    }
}
