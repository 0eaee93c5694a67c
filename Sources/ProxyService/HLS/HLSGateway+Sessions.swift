import Catalogue
import EngineAPI
import Fleet
import Logging
import Settings
import Telemetry

/// Starting and ending sessions of engines that deliver HLS.
extension HLSGateway {
    // MARK: Starting

    /// The session that plays `content`, started and ready.
    func session(
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
}
