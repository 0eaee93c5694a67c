import Catalogue
import CLinux
import EngineAPI
import Fleet
import Foundation
import Logging
import Settings
import Telemetry

/// Starting and ending engine sessions.
extension StreamHub {
    /// How many dead engines a start puts up with before it fails.
    static let deadEngineLimit = 2

    /// - Parameter dropsNullPackets: nil: as the settings say.
    func open(
        _ content: ContentKey, parameters: [(name: String, value: String)], dropsNullPackets: Bool? = nil
    ) throws(StartFailure) -> Session {
        let buffer: StreamBuffer
        do {
            buffer = try StreamBuffer(
                capacity: settings.ringBytes, dropsNullPackets: dropsNullPackets ?? settings.dropsNullPackets)
        } catch {
            throw StartFailure(outcome: .engineError, message: error.description)
        }
        let session = Session(
            id: makeID(), content: content, parameters: parameters, buffer: buffer, phase: .connecting,
            trace: TraceContext.current, now: clock.now)
        sessions[session.id] = session
        addNames(names(of: content), to: session)
        sessionCount += 1
        noteSessionCount()
        session.phase = .starting(Task { await self.start(session) })
        return session
    }

    /// Leases an engine, asks it for the stream and connects. Every failure ends the session.
    ///
    /// A lease may name an engine that has died since the orchestrator last looked. Another one is leased then.
    private func start(_ session: Session) async {
        let deadline = session.createdAt + settings.noResponseTimeout
        defer {
            for (grant, failure) in session.deadEngines.takeHeld() {
                release(nil, grant, because: failure, trace: session.trace)
            }
        }
        do throws(StartFailure) {
            // An engine that must first be provisioned may take most of the time allowed, but not all of it.
            let time = session.hasAskedEngine ? clock.now.duration(to: deadline) : settings.noResponseTimeout
            var grant = try await source.lease(
                session.content, excluding: session.deadEngines.excluded, wait: max(.zero, time) * 0.7)
            guard isCurrent(session) else {
                return release(nil, grant, because: session.failure ?? Self.cancelled, trace: session.trace)
            }
            session.hasAskedEngine = true
            var answer = await ask(
                grant.engine, for: session.content, session.parameters, within: clock.now.duration(to: deadline))
            while case .failure(let failure) = answer, failure.isEngineUnreachable, grant.hasAlternatives,
                session.deadEngines.count < Self.deadEngineLimit, isCurrent(session)
            {
                log("the leased engine is dead", of: session, ["engine": "\(grant.engine)"])
                reject(grant, failure, of: session)
                do throws(StartFailure) {
                    grant = try await source.lease(
                        session.content, excluding: session.deadEngines.excluded,
                        wait: clock.now.duration(to: deadline) * 0.7)
                } catch {
                    throw failure
                }
                guard isCurrent(session) else {
                    return release(nil, grant, because: session.failure ?? Self.cancelled, trace: session.trace)
                }
                answer = await ask(
                    grant.engine, for: session.content, session.parameters, within: clock.now.duration(to: deadline))
            }
            guard isCurrent(session) else {
                return release(
                    try? answer.get(), grant, because: session.failure ?? Self.cancelled, trace: session.trace)
            }
            session.grant = grant
            let playback = try answer.get()
            session.playback = playback
            noteInfohash(of: session)
            guard isCurrent(session) else { return }
            let addresses = try await SocketAddress.resolve(host: playback.engine.host, port: playback.engine.port)
            guard isCurrent(session) else { return }
            session.addresses = addresses[...]
            try connect(session, playback)
        } catch {
            fail(session, error)
        }
    }

    /// Connects to the next of the engine's addresses that lets itself be tried.
    private func connect(_ session: Session, _ playback: PlaybackSession) throws(StartFailure) {
        while let address = session.addresses.popFirst() {
            session.playAskedAt = clock.now
            do throws(SystemError) {
                let upstream = try Upstream(
                    token: makeID(), address: address, target: playback.playbackPath, host: playback.engine.description)
                guard thread.add(upstream.descriptor, interest: Int(WEIR_WRITABLE), token: upstream.token) else {
                    throw SystemError("cannot watch the connection to the engine")
                }
                session.upstream = upstream
                session.phase = .connecting
                endpoints[upstream.token] = .upstream(session)
                return
            } catch {
                session.connectFailure = error.description
                recordPlay(session, .connection)
            }
        }
        throw StartFailure(outcome: .engineError, message: session.connectFailure)
    }

    /// Goes on with the engine's next address; a name such as `localhost` often has one that nothing listens on.
    func connectionFailed(_ session: Session, _ failure: SystemError) {
        recordPlay(session, .connection)
        closeUpstream(of: session)
        session.connectFailure = failure.description
        guard let playback = session.playback else { return }
        do {
            try connect(session, playback)
        } catch {
            if !startElsewhere(session, after: error) { fail(session, error) }
        }
    }

    private func reject(_ grant: EngineGrant, _ failure: StartFailure, of session: Session) {
        guard session.deadEngines.reject(grant, failure) else { return }
        release(nil, grant, because: failure, trace: session.trace)
    }

    /// Asks another engine for a stream whose engine has answered and broken off before the first byte, if that engine
    /// is gone. One that is still there has its reasons, which another one would have too.
    ///
    /// - Returns: whether that is under way; it ends by itself.
    func startElsewhere(_ session: Session, after failure: StartFailure) -> Bool {
        let hasReceived =
            session.buffer.ring.head > 0 || session.buffer.droppedBytes > 0 || session.buffer.nullBytes > 0
        guard isCurrent(session), !hasReceived, let playback = session.playback, let grant = session.grant,
            grant.hasAlternatives, session.deadEngines.count < Self.deadEngineLimit
        else { return false }
        closeUpstream(of: session)
        session.phase = .starting(
            TraceContext.$current.withValue(session.trace) {
                ProxyChain.$current.withValue(session.chain) {
                    Task { await self.startElsewhere(session, than: playback, grant, after: failure) }
                }
            })
        return true
    }

    private func startElsewhere(
        _ session: Session, than playback: PlaybackSession, _ grant: EngineGrant, after failure: StartFailure
    ) async {
        let isGone = await tryToStop(playback) == .connection
        guard isCurrent(session) else { return }
        guard isGone else { return fail(session, failure) }
        log("the engine died before the first byte", of: session, ["engine": "\(grant.engine)"])
        unreported.settled(playback.commandURL)
        session.playback = nil
        session.grant = nil
        reject(grant, failure, of: session)
        await start(session)
    }

    /// Counts how the engine answered the request for a stream's bytes, once for each request.
    func recordPlay(_ session: Session, _ outcome: EngineCallOutcome) {
        guard let begin = session.playAskedAt else { return }
        session.playAskedAt = nil
        engineCalls.record(.play, outcome, since: begin)
    }

    func isCurrent(_ session: Session) -> Bool {
        sessions[session.id] != nil
    }

    /// Ends a session that never delivered; everybody who waits gets the reason.
    func fail(_ session: Session, _ failure: StartFailure) {
        guard isCurrent(session) else { return }
        recordPlay(session, failure.outcome == .timeout ? .timeout : .cancelled)
        metrics.recordStart(
            failure.outcome, after: session.createdAt.duration(to: clock.now), trace: session.trace)
        log(
            "stream start failed", of: session,
            ["outcome": "\(failure.outcome.rawValue)", "reason": "\(failure.message)"])
        session.failure = failure
        // Without an engine asked, the content is not to blame.
        if session.hasAskedEngine { recentFailures.note(failure, of: session.names, now: clock.now) }
        forget(session)
        for waiter in session.waiters.values { waiter.continuation.resume(returning: .failure(failure)) }
        session.waiters = [:]
        release(session.playback, session.grant, because: failure, trace: session.trace)
    }

    /// Says that the session's engine has delivered.
    func reportStart(of session: Session) {
        guard let report = session.report, let grant = session.grant else { return }
        source.delivered(grant, streamID: report.streamID)
        reporter.started(report)
    }

    /// Ends a session that has delivered. Viewers are cut; a clean end of the body is sent where there is one.
    func end(_ session: Session, reason: SessionEndReason) {
        guard isCurrent(session) else { return }
        guard session.firstByteAt != nil else {
            return fail(
                session, StartFailure(outcome: .cancelled, message: "the start was given up: \(reason.rawValue)"))
        }
        metrics.sessionsEnded[reason]?.increment()
        session.tap?.take(session.buffer, now: clock.now)
        session.tap?.finish(reason == .eof ? .regular : .lost)
        session.tap = nil
        log("stream ended", of: session, ["reason": "\(reason.rawValue)"])
        for viewer in session.viewers {
            if reason != .networkError { viewer.finish() }
            drop(viewer, of: session, reason: reason.rawValue)
        }
        forget(session)
        for waiter in session.waiters.values {
            waiter.continuation.resume(
                returning: .failure(
                    StartFailure(outcome: .engineError, message: "the stream ended: \(reason.rawValue)")))
        }
        session.waiters = [:]
        if let report = session.report { reporter.ended(report, reason: reason.rawValue) }
        release(session.playback, nil, because: Self.cancelled, trace: session.trace)
    }

    func forget(_ session: Session) {
        if case .starting(let task) = session.phase { task.cancel() }
        stopFailover(session, .cancelled)
        closeUpstream(of: session)
        sessions[session.id] = nil
        forgetStarter(of: session)
        closeToNewcomers(session)
        sessionCount -= 1
        noteSessionCount()
    }

    /// From now on, whoever asks for the content gets a new session.
    func closeToNewcomers(_ session: Session) {
        for name in session.names where joinable[name] === session { joinable[name] = nil }
    }

    func closeUpstream(of session: Session) {
        guard let upstream = session.upstream else { return }
        thread.remove(upstream.descriptor)
        endpoints[upstream.token] = nil
        session.upstream = nil
    }

    private func noteSessionCount() {
        metrics.sessions.set(sessionCount)
        metrics.ringBytes.set(ringBytes)
        descriptors.note(sessions: sessionCount)
    }

    /// Ends what a session holds, in a task of its own that a cancelled start does not cancel: first the engine's
    /// session, then the lease, so that nobody gets the engine before it is free.
    func release(
        _ playback: PlaybackSession?, _ grant: EngineGrant?, because failure: StartFailure, trace: TraceContext?
    ) {
        callsUnderWay += 1
        TraceContext.$current.withValue(trace) {
            _ = Task {
                if let playback { await stopEngineSession(playback) }
                if let grant { await source.release(grant, because: failure) }
                callsUnderWay -= 1
            }
        }
    }

    /// Logs something about a session, under its trace.
    func log(_ message: Logger.Message, of session: Session, _ metadata: Logger.Metadata) {
        TraceContext.$current.withValue(session.trace) {
            logger.info(message, metadata: metadata.merging(["content": "\(session.content.value)"]) { own, _ in own })
        }
    }
}
