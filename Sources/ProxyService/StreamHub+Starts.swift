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
    func open(_ content: ContentKey, parameters: [(name: String, value: String)]) throws(StartFailure) -> Session {
        let buffer: StreamBuffer
        do {
            buffer = try StreamBuffer(capacity: settings.ringBytes)
        } catch {
            throw StartFailure(outcome: .engineError, message: error.description)
        }
        let session = Session(id: makeID(), content: content, buffer: buffer, phase: .connecting, now: clock.now)
        sessions[content] = session
        sessionCount += 1
        noteSessionCount()
        session.phase = .starting(Task { await self.start(session, parameters: parameters) })
        return session
    }

    /// Leases an engine, asks it for the stream and connects. Every failure ends the session.
    private func start(_ session: Session, parameters: [(name: String, value: String)]) async {
        let deadline = session.createdAt + settings.noResponseTimeout
        do {
            // An engine that must first be provisioned may take most of the time allowed, but not all of it.
            let grant = try await source.lease(session.content, wait: settings.noResponseTimeout * 0.7)
            session.grant = grant
            guard isCurrent(session) else { return await giveBack(grant, because: Self.cancelled) }
            let playback = try await ask(
                grant.engine, for: session.content, parameters, within: clock.now.duration(to: deadline))
            session.playback = playback
            guard isCurrent(session) else { return stopEngineSession(playback) }
            let address = try await SocketAddress.resolve(host: playback.engine.host, port: playback.engine.port)
            guard isCurrent(session) else { return stopEngineSession(playback) }
            try connect(session, to: address, playback)
        } catch {
            fail(session, error)
        }
    }

    private func ask(
        _ engine: EngineEndpoint, for content: ContentKey, _ parameters: [(name: String, value: String)],
        within limit: Duration
    ) async throws(StartFailure) -> PlaybackSession {
        do {
            return try await engines.start(
                content, on: engine, playerID: UUID().uuidString.lowercased(), parameters: parameters,
                timeout: max(.milliseconds(1), limit))
        } catch {
            let outcome: StartOutcome =
                switch error.code {
                case .deadContent: .deadContent
                case .timeout: .timeout
                case .refused, .connection, .malformedAnswer: .engineError
                }
            throw StartFailure(outcome: outcome, message: error.message)
        }
    }

    private func connect(_ session: Session, to address: SocketAddress, _ playback: PlaybackSession)
        throws(StartFailure)
    {
        do throws(SystemError) {
            let upstream = try Upstream(
                token: makeID(), address: address, target: playback.playbackPath, host: playback.engine.description)
            guard thread.add(upstream.descriptor, interest: Int(WEIR_WRITABLE), token: upstream.token) else {
                throw SystemError("cannot watch the connection to the engine")
            }
            session.upstream = upstream
            session.phase = .connecting
            endpoints[upstream.token] = .upstream(session)
        } catch {
            throw StartFailure(outcome: .engineError, message: error.description)
        }
    }

    private func isCurrent(_ session: Session) -> Bool {
        sessions[session.content] === session
    }

    /// Ends a session that never delivered; everybody who waits gets the reason.
    func fail(_ session: Session, _ failure: StartFailure) {
        guard isCurrent(session) else { return }
        metrics.recordStart(failure.outcome, after: session.createdAt.duration(to: clock.now))
        logger.info(
            "stream start failed",
            metadata: [
                "content": "\(session.content.value)", "outcome": "\(failure.outcome.rawValue)",
                "reason": "\(failure.message)",
            ])
        let grant = session.grant
        let playback = session.playback
        forget(session)
        for waiter in session.waiters.values { waiter.continuation.resume(returning: .failure(failure)) }
        session.waiters = [:]
        if let playback { stopEngineSession(playback) }
        if let grant { Task { await giveBack(grant, because: failure) } }
    }

    /// Ends a session that has delivered. Viewers are cut; a clean end of the body is sent where there is one.
    func end(_ session: Session, reason: SessionEndReason) {
        guard isCurrent(session) else { return }
        guard session.firstByteAt != nil else {
            return fail(
                session, StartFailure(outcome: .cancelled, message: "the start was given up: \(reason.rawValue)"))
        }
        metrics.sessionsEnded[reason]?.increment()
        logger.info("stream ended", metadata: ["content": "\(session.content.value)", "reason": "\(reason.rawValue)"])
        for viewer in session.viewers.values {
            if reason != .networkError { viewer.finish() }
            drop(viewer, of: session)
        }
        forget(session)
        for waiter in session.waiters.values {
            waiter.continuation.resume(
                returning: .failure(
                    StartFailure(outcome: .engineError, message: "the stream ended: \(reason.rawValue)")))
        }
        session.waiters = [:]
        if let report = session.report { reporter.ended(report, reason: reason.rawValue) }
        if let playback = session.playback { stopEngineSession(playback) }
    }

    private func forget(_ session: Session) {
        if case .starting(let task) = session.phase { task.cancel() }
        closeUpstream(of: session)
        sessions[session.content] = nil
        sessionCount -= 1
        noteSessionCount()
    }

    func closeUpstream(of session: Session) {
        guard let upstream = session.upstream else { return }
        thread.remove(upstream.descriptor)
        endpoints[upstream.token] = nil
        session.upstream = nil
    }

    private func noteSessionCount() {
        metrics.sessions.set(sessionCount)
        metrics.ringBytes.set(sessions.values.reduce(0) { $0 + $1.buffer.ring.capacity })
    }

    private func giveBack(_ grant: EngineGrant, because failure: StartFailure) async {
        await source.release(grant, because: failure)
    }

    /// Tells the engine, off everybody's way, and again if it does not confirm.
    private func stopEngineSession(_ playback: PlaybackSession) {
        stopsUnderWay += 1
        Task {
            for attempt in 0..<3 {
                do throws(EngineError) {
                    try await engines.stop(playback)
                    break
                } catch {
                    logger.debug("engine did not confirm the stop", metadata: ["reason": "\(error.message)"])
                    if error.code == .connection { break }
                    try? await Task.sleep(for: .milliseconds(250 << attempt))
                }
            }
            stopsUnderWay -= 1
        }
    }
}
