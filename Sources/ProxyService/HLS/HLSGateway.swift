import Catalogue
import EngineAPI
import Fleet
import Logging
import NIOCore
import Outbound
import Playlist
import Settings
import Telemetry

/// HLS for players: sessions of engines that deliver playlists and segments, and what is fetched from them.
///
/// However many ask for one content, one engine session is started, and each segment is fetched once. Players get names
/// that mean something within a session only, so nothing else can be asked for through them.
actor HLSGateway {
    struct SegmentKey: Hashable {
        let session: String
        let number: UInt64
    }

    /// A stream that is being cut into segments.
    struct Cut {
        let stream: CutStream
        var names: Set<ContentKey>
        /// Whether its engine has been asked for HLS and delivers none.
        var replacesEngine = false
    }

    /// A longer segment is refused.
    static let maximumSegmentBytes = 32 << 20
    static let segmentTimeout = Duration.seconds(30)
    static let playlistTimeout = Duration.seconds(10)
    /// Fetches of segments under way at most.
    static let maximumFetches = 64
    private static let cancelled = StartFailure(outcome: .cancelled, message: "the session was given up")

    let settings: ProxySettings
    let hub: StreamHub
    let outbound: OutboundClient
    private let reporter: any StreamReporter
    let metrics: HLSMetrics
    let logger: Logger
    let clock = ContinuousClock()

    private(set) var sessions: [String: HLSSession] = [:]
    private var joinable: [ContentKey: HLSSession] = [:]
    var cache: SegmentCache<SegmentKey, ByteBuffer>
    var fetches: [SegmentKey: Task<Result<ByteBuffer, HLSFailure>, Never>] = [:]
    /// Streams that are being cut into segments.
    var cuts: [String: Cut] = [:]
    var dismissed = DismissedPlayers()
    private var sweeper: Task<Void, Never>?
    private var isShuttingDown = false

    init(
        settings: ProxySettings, hub: StreamHub, outbound: OutboundClient, reporter: any StreamReporter,
        registry: Registry, logger: Logger
    ) {
        self.settings = settings
        self.hub = hub
        self.outbound = outbound
        self.reporter = reporter
        self.logger = logger
        cache = SegmentCache(byteLimit: settings.segmentCacheBytes)
        metrics = HLSMetrics(registry: registry, cacheLimit: settings.segmentCacheBytes)
    }

    // MARK: Requests

    /// The playlist of `content`, whose session is started if need be.
    ///
    /// Where the engine is gone or knows the session no more, another one is started, once. Where the engine is a
    /// proxy, which delivers no HLS, its stream is cut.
    func manifest(
        _ content: ContentKey, parameters: [(name: String, value: String)], for visit: HLSVisit
    ) async -> HLSReply {
        do throws(StartFailure) {
            return try await playlist(of: content, parameters: parameters, for: visit)
        } catch {
            return .failure(error)
        }
    }

    /// The same; throws why there is no session.
    func playlist(
        of content: ContentKey, parameters: [(name: String, value: String)], for visit: HLSVisit
    ) async throws(StartFailure) -> HLSReply {
        let names = await hub.names(of: content)
        if let refusal = refusal(of: visit.viewer, from: names) { return refusal }
        if let running = cut(names), running.replacesEngine, !running.stream.isOver(for: visit.viewer) {
            return try await cut(content, parameters: parameters, for: visit)
        }
        var isRetry = false
        while true {
            let session: HLSSession
            do throws(StartFailure) {
                session = try await self.session(of: content, parameters: parameters, viewer: visit.viewer)
            } catch {
                guard error.isWithoutPlaylist else { throw error }
                return try await cut(content, parameters: parameters, for: visit, insteadOfEngine: true)
            }
            guard let number = session.rootNumber else { return .answer(HLSFailure.unknown.answer) }
            switch await text(ofPlaylist: number, in: session) {
            case .success(let text):
                metrics.playlists[.engine]?.increment()
                return .playlist(text.bytes(for: visit.address))
            case .failure(let failure):
                guard [.connection, .notFound].contains(failure.outcome), !isRetry else {
                    return .answer(failure.answer)
                }
                isRetry = true
                end(session, reason: .networkError)
            }
        }
    }

    /// A segment, key or nested playlist of a session.
    /// - Parameter name: the last element of the path.
    func resource(session id: Substring, name: Substring, for visit: HLSVisit) async -> HLSReply {
        if let reply = cutSegment(session: String(id), name: name, viewer: visit.viewer) { return reply }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard let session = sessions[String(id)], session.isStarted, parts.count == 2, let number = UInt64(parts[0]),
            let origin = session.resources[number], HLSSession.fileExtension(of: origin) == parts[1]
        else { return .answer(HLSFailure.unknown.answer) }
        if let refusal = refusal(of: visit.viewer, from: session.names) { return refusal }
        let sent = note(visit.viewer, in: session)
        guard origin.role != .playlist else {
            switch await text(ofPlaylist: number, in: session) {
            case .success(let text):
                metrics.playlists[.engine]?.increment()
                return .playlist(text.bytes(for: visit.address))
            case .failure(let failure): return .answer(failure.answer)
            }
        }
        switch await segment(number, origin, of: session) {
        case .success(let bytes):
            return .segment(bytes, contentType: HLSSession.contentType(of: origin), source: .engine, sent: sent)
        case .failure(let failure): return .answer(failure.answer)
        }
    }

    /// The viewers and the stat URL of the session that plays `content`.
    func status(of content: ContentKey) async -> (clients: Int, statURL: String)? {
        let names = await hub.names(of: content)
        guard let session = names.lazy.compactMap({ self.joinable[$0] }).first else { return nil }
        return (session.audience.count, session.playback?.statURL ?? "")
    }

    func isCurrent(_ session: HLSSession) -> Bool { sessions[session.id] === session }

    @discardableResult
    private func note(_ viewer: HLSViewer, in session: HLSSession) -> ByteCount {
        let count = session.audience.count
        let sent = session.audience.note(viewer, id: hub.numbers.next(), now: clock.now)
        // The gauges take a look at everybody, which is not for every request.
        if session.audience.count != count { updateGauges() }
        return sent
    }

    func updateGauges() {
        updateCutGauges()
        metrics.sessions[.engine]?.set(sessions.count)
        metrics.viewers[.engine]?.set(sessions.values.reduce(0) { $0 + $1.audience.count })
    }

    // MARK: Starting

    /// The session that plays `content`, started and ready.
    private func session(
        of content: ContentKey, parameters: [(name: String, value: String)], viewer: HLSViewer
    ) async throws(StartFailure) -> HLSSession {
        let names = await hub.names(of: content)
        guard !isShuttingDown else {
            throw StartFailure(outcome: .cancelled, message: "the proxy is shutting down", retryAfter: 5)
        }
        var session: HLSSession
        if let running = running(names) {
            session = running
        } else {
            try await hub.admitPlaylist(names, client: viewer.client)
            // Others may have been quicker meanwhile.
            if isShuttingDown || running(names) != nil { await hub.leavePlaylist(client: viewer.client) }
            guard !isShuttingDown else { throw Self.cancelled }
            session = running(names) ?? open(content, names: names, parameters: parameters, viewer: viewer)
        }
        while true {
            let limit = settings.limits.viewersPerSession
            guard session.audience.admits(viewer, limit: limit) else { throw .limited(by: .viewers) }
            note(viewer, in: session)
            if let failure = await session.start?.value { throw failure }
            guard let next = session.successor else { break }
            session = next
        }
        note(viewer, in: session)
        return session
    }

    func running(_ names: Set<ContentKey>) -> HLSSession? {
        names.lazy.compactMap { self.joinable[$0] }.first
    }

    private func open(
        _ content: ContentKey, names: Set<ContentKey>, parameters: [(name: String, value: String)], viewer: HLSViewer
    ) -> HLSSession {
        let session = HLSSession(
            number: hub.numbers.next(), content: content, names: names, parameters: parameters,
            starter: viewer.client, trace: TraceContext.current, now: clock.now)
        sessions[session.id] = session
        for name in names { joinable[name] = session }
        session.start = Task { await self.start(session) }
        startSweeping()
        updateGauges()
        return session
    }

    private func start(_ session: HLSSession) async -> StartFailure? {
        do throws(StartFailure) {
            let deadline = session.createdAt + settings.noResponseTimeout
            let (grant, playback) = try await hub.openPlaylist(
                session.content, parameters: session.parameters, deadline: deadline)
            session.grant = grant
            session.playback = playback
            guard isCurrent(session) else { throw Self.cancelled }
            let infohash = await hub.learnInfohash(playback.infohash, of: session.content)
            guard isCurrent(session) else { throw Self.cancelled }
            if let infohash, let other = joinable[infohash], other !== session {
                return merge(session, into: other)
            }
            if let infohash {
                session.names.insert(infohash)
                joinable[infohash] = session
            }
            try await awaitPlaylist(of: session, until: deadline)
            guard isCurrent(session) else { throw Self.cancelled }
            await hub.clearFailures(of: session.names)
        } catch {
            if session.playback != nil { await hub.note(error, of: session.names) }
            fail(session, error)
            return error
        }
        session.isStarted = true
        let duration = session.createdAt.duration(to: clock.now)
        hub.metrics.recordStart(.ok, after: duration, trace: session.trace)
        log("HLS stream started", of: session, ["after": "\(duration)"])
        if let report = session.report, let grant = session.grant {
            hub.source.delivered(grant, streamID: report.streamID)
            reporter.started(report)
        }
        return nil
    }

    /// Waits until the session's playlist lists something.
    private func awaitPlaylist(of session: HLSSession, until deadline: ContinuousClock.Instant)
        async throws(StartFailure)
    {
        guard let number = session.rootNumber, let listing = session.listing(number, now: clock.now) else { return }
        while isCurrent(session) {
            let remaining = clock.now.duration(to: deadline)
            guard remaining > .zero else {
                throw StartFailure(outcome: .timeout, message: "the engine listed no segment in time")
            }
            await refresh(listing, number, of: session, timeout: remaining)
            switch listing.failure?.outcome {
            case nil: if listing.isPlayable { return }
            case .timeout: throw StartFailure(outcome: .timeout, message: "the engine sent nothing in time")
            default: throw StartFailure(outcome: .engineError, message: listing.failure?.message ?? "")
            }
            try? await Task.sleep(for: min(.milliseconds(250), remaining))
        }
    }

    /// Ends a session in favour of another one that plays the same content.
    private func merge(_ session: HLSSession, into other: HLSSession) -> StartFailure? {
        session.successor = other
        for name in session.names {
            other.names.insert(name)
            joinable[name] = other
        }
        log("HLS stream joined to another of the same content", of: session, ["other": "\(other.content.value)"])
        forget(session)
        close(session, because: Self.cancelled)
        return nil
    }

    /// Reports every running session again, for an orchestrator that knows of none.
    func reportRunningStreams() {
        for session in sessions.values where session.isStarted {
            if let report = session.report { reporter.started(report) }
        }
    }

    // MARK: Ending

    private func fail(_ session: HLSSession, _ failure: StartFailure) {
        if !failure.isWithoutPlaylist {
            hub.metrics.recordStart(
                failure.outcome, after: session.createdAt.duration(to: clock.now), trace: session.trace)
        }
        log(
            "HLS stream start failed", of: session,
            ["outcome": "\(failure.outcome.rawValue)", "reason": "\(failure.message)"])
        if isCurrent(session) {
            forget(session)
            close(session, because: failure)
        } else {
            // Ended while the engine was asked: what it has opened is closed now.
            closeAtEngine(session, because: failure)
        }
    }

    /// Ends a session: newcomers get another one, the engine is told.
    @discardableResult
    func end(_ session: HLSSession, reason: SessionEndReason) -> Task<Void, Never>? {
        guard isCurrent(session) else { return nil }
        forget(session)
        guard session.isStarted else { return close(session, because: Self.cancelled) }
        hub.metrics.sessionsEnded[reason]?.increment()
        log("HLS stream ended", of: session, ["reason": "\(reason.rawValue)"])
        if let report = session.report { reporter.ended(report, reason: reason.rawValue) }
        return close(session, because: Self.cancelled)
    }

    private func forget(_ session: HLSSession) {
        sessions[session.id] = nil
        for name in session.names where joinable[name] === session { joinable[name] = nil }
        let id = session.id
        cache.removeAll { $0.session == id }
        metrics.cacheBytes.set(cache.byteCount)
        updateGauges()
    }

    @discardableResult
    private func close(_ session: HLSSession, because failure: StartFailure) -> Task<Void, Never> {
        let closing = closeAtEngine(session, because: failure)
        let hub = hub
        let client = session.starter
        return Task {
            await closing.value
            await hub.leavePlaylist(client: client)
        }
    }

    @discardableResult
    private func closeAtEngine(_ session: HLSSession, because failure: StartFailure) -> Task<Void, Never> {
        guard let playback = session.playback else { return Task {} }
        let grant = session.isStarted ? nil : session.grant
        let trace = session.trace
        session.grant = nil
        session.playback = nil
        let hub = hub
        return Task { await hub.closePlaylist(playback, grant, because: failure, trace: trace) }
    }

    /// Refuses new sessions and ends all; returns once the hub knows what engines have to be told.
    func shutDown() async {
        isShuttingDown = true
        let endings = sessions.values.map { end($0, reason: .shutdown) }
        for ending in endings { await ending?.value }
    }

    // MARK: Timeouts

    func startSweeping() {
        if sweeper == nil { sweeper = Task { await self.sweep() } }
    }

    /// Ends sessions that nobody asks for, until there are none.
    private func sweep() async {
        let timeout = settings.playlistTimeout
        while !sessions.isEmpty || !cuts.isEmpty {
            try? await Task.sleep(for: min(.milliseconds(500), timeout / 4))
            let now = clock.now
            for session in Array(sessions.values) where session.isStarted {
                session.audience.expire(after: timeout, now: now)
                if now >= session.audience.lastRequest + timeout { end(session, reason: .clientDisconnected) }
            }
            sweepCuts(now: now)
            dismissed.expire(now: now)
            updateGauges()
        }
        sweeper = nil
    }

    func log(_ message: Logger.Message, of session: HLSSession, _ metadata: Logger.Metadata) {
        TraceContext.$current.withValue(session.trace) {
            logger.info(message, metadata: metadata.merging(["content": "\(session.content.value)"]) { own, _ in own })
        }
    }
}
