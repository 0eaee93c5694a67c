import Catalogue
import CLinux
import EngineAPI
import Fleet
import Foundation
import Logging
import Settings
import Telemetry

/// All engine sessions and their viewers.
///
/// The hub lives on one event thread: requests for streams, the engines' bytes and the viewers' sockets all meet there,
/// without a lock. Whatever may wait (leases, the engine's API, name resolution) is awaited in a task of the session
/// that needs it, and nobody else notices.
actor StreamHub {
    enum Endpoint {
        case upstream(Session)
        case viewer(Viewer, Session)
        case replacement(ReplacementSource, Session)
    }

    /// How long a start waits for a random-access point before it settles for any packet boundary.
    static let randomAccessPatience = Duration.milliseconds(200)
    /// How often timeouts are looked at.
    static let sweepInterval = Duration.milliseconds(50)
    /// An engine that has delivered and sends nothing for this long counts as stalled.
    static let stallThreshold = Duration.seconds(1)
    /// How often the gauges that take a look at every session are brought up to date.
    static let gaugeInterval = Duration.seconds(1)

    let settings: ProxySettings
    let engines: EngineClient
    let source: any EngineSource
    let reporter: any StreamReporter
    let unreported: UnreportedSessions
    let metrics: HubMetrics
    let engineCalls: CallMetrics<EngineOperation, EngineCallOutcome>
    private let engineCallsInFlight: Gauge
    let logger: Logger
    let clock = ContinuousClock()
    let thread: EventThread
    /// Sessions that the hub does not hold have their ids from here, too.
    let numbers = SerialNumbers()

    /// All sessions, by their ids.
    var sessions: [UInt64: Session] = [:]
    /// The session that those who ask for a content join, by all its canonical names. A session whose engine has ended
    /// the stream is not here.
    var joinable: [ContentKey: Session] = [:]
    /// What engines have named so far.
    var infohashes = InfohashMemory()
    /// The starts that have failed lately.
    var recentFailures: RecentFailures
    var endpoints: [UInt64: Endpoint] = [:]
    var sessionCount = 0
    var viewerCount = 0
    private var nextSweep: ContinuousClock.Instant
    private var nextGaugeUpdate: ContinuousClock.Instant
    /// Viewers that had more to send when their turn was over.
    var yielded: [UInt64] = []
    var coalescing: CoalescingGovernor
    /// Sessions whose newest bytes wait for more.
    var gathering: [Session] = []
    private(set) var isShuttingDown = false
    /// Viewers that are proxies.
    var edges = EdgeViewers()
    let descriptors: DescriptorBudget
    /// The bound on the memory of all rings and cut segments, in bytes.
    let maximumBufferBytes: Int
    let segmentMemory = ReservedMemory()
    /// How many running sessions each client has started; empty where that is not limited.
    var startedSessions: [IPAddress: Int] = [:]

    nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    init(
        settings: ProxySettings, engines: EngineClient, source: any EngineSource, reporter: any StreamReporter,
        unreported: UnreportedSessions, descriptors: DescriptorBudget, registry: Registry, logger: Logger
    ) throws(SystemError) {
        self.settings = settings
        self.engines = engines
        self.source = source
        self.reporter = reporter
        self.unreported = unreported
        self.logger = logger
        self.descriptors = descriptors
        let memory = settings.limits.bufferMemory
        maximumBufferBytes = memory > 0 ? memory : MachineMemory.bytes / 2
        metrics = HubMetrics(registry: registry)
        coalescing = CoalescingGovernor(delay: settings.coalescingDelay)
        recentFailures = RecentFailures(lifetime: settings.deadContentLifetime)
        engineCalls = CallMetrics(
            registry: registry, calls: ProxyFamilies.engineCalls, duration: ProxyFamilies.engineCallDuration)
        engineCallsInFlight = registry.gauge(ProxyFamilies.engineCallsInFlight)
        thread = try EventThread()
        nextSweep = clock.now
        nextGaugeUpdate = nextSweep
        thread.start(delegate: self)
    }

    func makeID() -> UInt64 { numbers.next() }

    // MARK: Joining

    /// Waits until there is something to send for `content`, starting its session if need be.
    ///
    /// However many ask at once, one session is started; where a start of the content has failed lately, none is, and
    /// the same failure is thrown at once. The ticket must be redeemed with
    /// ``attach(_:descriptor:head:isChunked:)`` or given back with ``abandon(_:)``. When the caller's task is
    /// cancelled, its wait ends and nobody else's.
    ///
    /// - Parameters:
    ///   - requestedAt: when the player's request came.
    ///   - client: whose request it is.
    ///   - dropsNullPackets: counts where the session is started; nil: as the settings say.
    func admit(
        _ content: ContentKey, parameters: [(name: String, value: String)], requestedAt: ContinuousClock.Instant,
        client: IPAddress? = nil, dropsNullPackets: Bool? = nil
    ) async throws(StartFailure) -> StreamTicket {
        guard !isShuttingDown else {
            throw StartFailure(outcome: .cancelled, message: "the proxy is shutting down", retryAfter: 5)
        }
        let session: Session
        let joined = joinableSession(playing: content)
        let hasDelivered = joined?.firstByteAt != nil
        let demand = ViewerDemand(kind: hasDelivered ? .join : .cold, requestedAt: requestedAt)
        if let running = joined {
            session = running
            try checkRoom(for: running)
            if running.isPlaying, running.buffer.randomAccessJoin != nil { return makeTicket(running, for: demand) }
        } else if let failure = recentFailures.failure(of: names(of: content), now: clock.now) {
            metrics.recentFailuresAnswered[Label(failure.outcome)].increment()
            throw failure
        } else {
            try checkRoomForSession(of: client)
            session = try open(content, parameters: parameters, dropsNullPackets: dropsNullPackets)
            noteStarter(client, of: session)
        }
        let waiter = makeID()
        let sessionID = session.id
        let result: Result<StreamTicket, StartFailure> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                guard !Task.isCancelled else { return continuation.resume(returning: .failure(Self.cancelled)) }
                session.idleSince = nil
                session.waiters[waiter] = Session.Waiter(
                    continuation: continuation,
                    joinDeadline: session.isPlaying ? clock.now + Self.randomAccessPatience : nil, demand: demand)
                if session.isPlaying { serveWaiters(of: session, now: clock.now) }
            }
        } onCancel: {
            Task { await self.cancelWait(waiter, of: sessionID) }
        }
        if session.waiters.isEmpty { noteIdle(session) }
        return try result.get()
    }

    /// Takes over a viewer's connection: the response head goes out, then the stream. The hub closes the descriptor.
    func attach(
        _ ticket: StreamTicket, descriptor: Int32, head: [UInt8], isChunked: Bool, origin: ViewerOrigin? = nil
    ) {
        guard let session = sessions[ticket.sessionID], session.tickets.remove(ticket.id) != nil else {
            close(descriptor)
            origin?.left(session: ticket.sessionID, reason: SessionEndReason.shutdown.rawValue)
            return
        }
        let now = clock.now
        let join = joinPoint(of: session, now: now)
        let viewer = Viewer(
            token: makeID(), descriptor: descriptor, isChunked: isChunked, head: head, preamble: join.preamble,
            cursor: join.position, now: now)
        viewer.demand = ticket.demand
        viewer.origin = origin
        guard thread.add(descriptor, interest: 0, token: viewer.token) else {
            close(descriptor)
            origin?.left(session: ticket.sessionID, reason: SessionEndReason.networkError.rawValue)
            return noteLeft(session)
        }
        session.viewers.append(viewer)
        edges.attached(ticket, as: viewer.token)
        endpoints[viewer.token] = .viewer(viewer, session)
        viewerCount += 1
        metrics.viewers.set(viewerCount)
        pump(viewer, in: session, now: now)
    }

    private func joinPoint(of session: Session, now: ContinuousClock.Instant) -> StreamBuffer.JoinPoint {
        if settings.joinBurst > .zero,
            let join = session.buffer.randomAccessJoin(since: session.arrivals.position(at: now - settings.joinBurst))
        {
            return join
        }
        return session.buffer.randomAccessJoin ?? session.buffer.newestJoin
    }

    /// Gives a ticket back unused.
    func abandon(_ ticket: StreamTicket) {
        guard let session = sessions[ticket.sessionID] else { return }
        session.tickets.remove(ticket.id)
        noteLeft(session)
    }

    private func cancelWait(_ waiter: UInt64, of sessionID: UInt64) {
        // The wait may have moved to another session of the same content.
        let session =
            sessions[sessionID].flatMap { $0.waiters[waiter] == nil ? nil : $0 }
            ?? sessions.values.first { $0.waiters[waiter] != nil }
        guard let session, let cancelled = session.waiters.removeValue(forKey: waiter) else { return }
        cancelled.continuation.resume(returning: .failure(Self.cancelled))
        noteIdle(session)
    }

    func makeTicket(_ session: Session, for demand: ViewerDemand) -> StreamTicket {
        let ticket = StreamTicket(sessionID: session.id, id: makeID(), demand: demand)
        session.tickets.insert(ticket.id)
        session.idleSince = nil
        return ticket
    }

    static let cancelled = StartFailure(outcome: .cancelled, message: "the player left")

    // MARK: State for the status pages

    func overview() -> (sessions: Int, viewers: Int) {
        (sessionCount, viewerCount)
    }

    /// The viewers and the stat URL of the session that plays `content`, by whatever name it was asked for.
    func status(of content: ContentKey) -> (clients: Int, statURL: String)? {
        let names = names(of: content)
        guard
            let session = joinableSession(playing: content)
                ?? sessions.values.first(where: { !$0.names.isDisjoint(with: names) })
        else { return nil }
        return (session.viewers.count + (session.tap?.stream.audience.count ?? 0), session.playback?.statURL ?? "")
    }

    /// Reports every stream that plays, as if it had just started: to an orchestrator that may not know of it.
    func reportRunningStreams() {
        for session in sessions.values where session.firstByteAt != nil {
            if let report = session.report { reporter.started(report) }
        }
    }

    // MARK: Ending

    /// Refuses new streams, ends all sessions and waits until the engines were told, at most `limit`.
    func shutDown(within limit: Duration) async {
        isShuttingDown = true
        for session in Array(sessions.values) { end(session, reason: .shutdown) }
        let deadline = clock.now + limit
        while callsUnderWay > 0, clock.now < deadline { try? await Task.sleep(for: .milliseconds(10)) }
        thread.stop()
    }

    /// Calls that a shutdown waits for: starts that an engine has not answered, stops that it has not confirmed, leases
    /// on their way back.
    var callsUnderWay = 0 {
        didSet { engineCallsInFlight.set(callsUnderWay) }
    }

    /// Engine sessions whose end waits for their engine to be back.
    var lateStops = 0

    // MARK: Timeouts

    func sweepIfDue() -> Duration {
        let now = clock.now
        if now >= nextSweep {
            nextSweep = now + Self.sweepInterval
            for session in Array(sessions.values) { sweep(session, now: now) }
        }
        if now >= nextGaugeUpdate {
            nextGaugeUpdate = now + Self.gaugeInterval
            updateGauges()
            sweepEdges(now: now)
        }
        if !yielded.isEmpty { return .zero }
        return sessions.isEmpty ? .seconds(1) : max(.zero, clock.now.duration(to: nextSweep))
    }
}

extension StreamHub: EventThreadDelegate {
    nonisolated func descriptorReady(token: UInt64, readiness: UInt32) {
        assumeIsolated { $0.ready(token: token, readiness: readiness) }
    }

    nonisolated func roundEnded() -> Duration {
        assumeIsolated { hub in
            hub.resumeYielded()
            let flush = hub.flushGathered()
            return min(flush, hub.sweepIfDue())
        }
    }

    nonisolated func roundTook(_ duration: Duration, afterWaiting waited: Duration) {
        metrics.threadRoundDuration.observe(duration)
        assumeIsolated { $0.coalescing.note(waited: waited, worked: duration) }
    }
}
