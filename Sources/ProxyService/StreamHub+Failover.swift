import Catalogue
import CLinux
import EngineAPI
import Fleet
import Foundation
import Logging
import Settings
import Telemetry

/// Continuing a session on another engine while its viewers keep their connection.
extension StreamHub {
    /// How many failovers a session may begin within a minute.
    private static let failoversPerMinute = 5
    /// The part of the search's remaining time that one request for an engine may take.
    private static let leaseShare = 0.5
    /// The part of the search's remaining time that one engine has to deliver: a hung one must leave time for another.
    private static let engineShare = 0.6
    private static let firstPause = Duration.milliseconds(50)
    private static let longestPause = Duration.seconds(1)
    /// Memory for a source that has not been joined yet.
    private static let replacementRingBytes = 1 << 20

    /// Looks for another engine, if the session's stream is one that another engine can continue.
    ///
    /// After a stall the old engine stays connected until another one delivers, and goes on if it sends first.
    ///
    /// - Returns: whether the search is under way; it ends by itself.
    func failOver(_ session: Session, because reason: FailoverReason, isRegularEnd: Bool) -> Bool {
        if let failover = session.failover, reason == .connection {
            failover.isOldSourceLost = true
            failover.isRegularEnd = isRegularEnd
            closeUpstream(of: session)
            return true
        }
        guard settings.failoverTimeout > .zero, session.failover == nil, session.isPlaying, session.isWanted,
            session.buffer.isSpliceable, session.playback?.isLive == true,
            reason == .connection || !session.hasSearchedInVain
        else { return false }
        let now = clock.now
        session.failoverTimes.removeAll { $0 + .seconds(60) < now }
        guard session.failoverTimes.count < Self.failoversPerMinute else {
            logger.warning(
                "no further failover: too many within a minute",
                metadata: ["content": "\(session.content.value)", "reason": "\(reason.rawValue)"])
            metrics.recordFailover(reason, .limited, after: session.lastByteAt.duration(to: now))
            session.hasSearchedInVain = true
            return false
        }
        session.failoverTimes.append(now)
        session.failoverCount += 1
        if reason != .stalled { closeUpstream(of: session) }
        let failover = Failover(reason: reason, isRegularEnd: isRegularEnd, deadline: now + settings.failoverTimeout)
        session.failover = failover
        log(
            "engine lost: looking for another", of: session,
            ["reason": "\(reason.rawValue)", "engine": "\(session.playback?.engine.description ?? "")"])
        failover.task = TraceContext.$current.withValue(session.trace) {
            ProxyChain.$current.withValue(session.chain) { Task { await self.search(failover, for: session) } }
        }
        return true
    }

    private func isCurrent(_ failover: Failover, of session: Session) -> Bool {
        session.failover === failover && sessions[session.id] != nil
    }

    private func remaining(_ failover: Failover) -> Duration {
        max(.milliseconds(1), clock.now.duration(to: failover.deadline))
    }

    // MARK: Searching

    private func search(_ failover: Failover, for session: Session) async {
        var pause = Self.firstPause
        while isCurrent(failover, of: session) {
            failover.attempts += 1
            guard let failure = await attempt(failover, for: session), isCurrent(failover, of: session) else { return }
            log(
                "failover attempt failed", of: session,
                ["attempt": "\(failover.attempts)", "reason": "\(failure.message)"])
            // What is rejected may be all there is.
            if failure.outcome == .noEngine { releaseRejected(failover, of: session) }
            try? await Task.sleep(for: min(pause, remaining(failover)))
            pause = min(pause * 2, Self.longestPause)
        }
    }

    /// One engine: leased, asked, connected to and read until its stream can be joined.
    /// - Returns: why that failed; nil when the session plays it.
    private func attempt(_ failover: Failover, for session: Session) async -> StartFailure? {
        let granted: Result<EngineGrant, StartFailure>
        var excluded = failover.rejected.excluded
        if failover.reason == .stalled, let stalled = session.playback?.engine { excluded.insert(stalled) }
        do throws(StartFailure) {
            granted = .success(
                try await source.lease(
                    session.content, excluding: excluded, wait: remaining(failover) * Self.leaseShare))
        } catch {
            granted = .failure(error)
        }
        guard isCurrent(failover, of: session) else {
            if let grant = try? granted.get() { release(nil, grant, because: Self.cancelled, trace: session.trace) }
            return Self.cancelled
        }
        // The old stream counts as running until here, so that its engine is not the one that looks least busy.
        let old = session.playback
        if failover.reason != .stalled { retire(session, because: .networkError, isStopping: false) }
        let grant: EngineGrant
        switch granted {
        case .success(let leased): grant = leased
        case .failure(let failure):
            if failover.reason != .stalled { stopInBackground(old, of: session) }
            return failure
        }
        if grant.engine == old?.engine {
            guard failover.reason != .stalled else {
                let failure = StartFailure(outcome: .noEngine, message: "there is no engine but the stalled one")
                reject(grant, failure, failover, of: session)
                // There never is another one.
                if !grant.hasAlternatives { giveUp(failover, of: session) }
                return StartFailure(outcome: .engineError, message: failure.message)
            }
            // An engine may know a session by its content: the old one must be over before it is asked again.
            if let old { await stopEngineSession(old) }
            guard isCurrent(failover, of: session) else {
                release(nil, grant, because: Self.cancelled, trace: session.trace)
                return Self.cancelled
            }
        } else if failover.reason != .stalled {
            stopInBackground(old, of: session)
        }
        return await play(grant, failover, session)
    }

    private func play(_ grant: EngineGrant, _ failover: Failover, _ session: Session) async -> StartFailure? {
        let deadline = clock.now + remaining(failover) * Self.engineShare
        let answer = await ask(
            grant.engine, for: session.content, session.parameters, within: clock.now.duration(to: deadline))
        guard isCurrent(failover, of: session) else {
            release(try? answer.get(), grant, because: Self.cancelled, trace: session.trace)
            return Self.cancelled
        }
        let playback: PlaybackSession
        switch answer {
        case .success(let started): playback = started
        case .failure(let failure):
            reject(grant, failure, failover, of: session)
            return failure
        }
        let replacement: ReplacementSource
        do {
            let addresses = try await SocketAddress.resolve(host: playback.engine.host, port: playback.engine.port)
            let buffer = try StreamBuffer(capacity: min(settings.ringBytes, Self.replacementRingBytes))
            replacement = ReplacementSource(
                grant: grant, playback: playback, addresses: addresses, buffer: buffer, deadline: deadline)
        } catch {
            release(playback, grant, because: Self.cancelled, trace: session.trace)
            return StartFailure(outcome: .engineError, message: "\(error)")
        }
        guard isCurrent(failover, of: session) else {
            release(playback, grant, because: Self.cancelled, trace: session.trace)
            return Self.cancelled
        }
        failover.replacement = replacement
        connect(replacement, session, after: nil)
        let failure = await withCheckedContinuation { replacement.report(to: $0) }
        if let failure {
            if failover.replacement === replacement { failover.replacement = nil }
            guard isCurrent(failover, of: session) else {
                release(playback, grant, because: failure, trace: session.trace)
                return failure
            }
            release(playback, nil, because: failure, trace: session.trace)
            reject(grant, failure, failover, of: session)
        }
        return failure
    }

    private func stopInBackground(_ playback: PlaybackSession?, of session: Session) {
        if let playback { release(playback, nil, because: Self.cancelled, trace: session.trace) }
    }

    private func releaseRejected(_ failover: Failover, of session: Session) {
        for (grant, failure) in failover.rejected.takeHeld() {
            release(nil, grant, because: failure, trace: session.trace)
        }
    }

    private func reject(_ grant: EngineGrant, _ failure: StartFailure, _ failover: Failover, of session: Session) {
        guard failover.rejected.reject(grant, failure) else { return }
        release(nil, grant, because: failure, trace: session.trace)
    }

    /// Parts with the session's engine: the orchestrator is told that its stream has ended.
    private func retire(_ session: Session, because reason: SessionEndReason, isStopping: Bool) {
        if let report = session.report { reporter.ended(report, reason: reason.rawValue) }
        if isStopping { stopInBackground(session.playback, of: session) }
        session.playback = nil
        session.grant = nil
    }

    // MARK: Joining

    /// Joins at a random-access point, or at any packet once the patience is over.
    func joinIfPossible(
        _ replacement: ReplacementSource, _ session: Session, now: ContinuousClock.Instant
    ) {
        guard !replacement.isSettled, replacement.buffer.ring.head > 0 else { return }
        let deadline = replacement.joinDeadline ?? now + Self.randomAccessPatience
        replacement.joinDeadline = deadline
        guard !replacement.buffer.hasRandomAccess else { return join(replacement, session, now: now) }
        guard now >= deadline else { return }
        replacement.buffer.settleLayout()
        guard replacement.buffer.isSpliceable else {
            return reject(replacement, .malformedAnswer, "the engine sends no transport stream")
        }
        join(replacement, session, now: now)
    }

    private func join(_ replacement: ReplacementSource, _ session: Session, now: ContinuousClock.Instant) {
        guard let failover = session.failover, let upstream = replacement.upstream else { return }
        let gap = session.lastByteAt.duration(to: now)
        if failover.reason == .stalled {
            closeUpstream(of: session)
            retire(session, because: .emptyTimeout, isStopping: true)
        }
        session.failover = nil
        releaseRejected(failover, of: session)
        session.buffer.splice(replacement.buffer)
        noteDiscarded(session)
        session.upstream = upstream
        session.playback = replacement.playback
        session.grant = replacement.grant
        endpoints[upstream.token] = .upstream(session)
        reportStart(of: session)
        metrics.recordFailover(failover.reason, .ok, after: gap)
        log(
            "stream continues on another engine", of: session,
            [
                "engine": "\(replacement.playback.engine)", "after": "\(gap)", "attempts": "\(failover.attempts)",
                "reason": "\(failover.reason.rawValue)",
            ])
        replacement.settle(nil)
        deliver(session)
    }

    // MARK: Ending the search

    func sweepFailover(_ session: Session, now: ContinuousClock.Instant) {
        guard let failover = session.failover else { return }
        if now >= failover.deadline { return giveUp(failover, of: session) }
        guard let replacement = failover.replacement else { return }
        if replacement.buffer.ring.head == 0, now >= replacement.deadline {
            return reject(replacement, .timeout, "the engine sent nothing in time")
        }
        joinIfPossible(replacement, session, now: now)
    }

    /// Ends the search without a result. A session whose engine is lost ends as it would have without the search; one
    /// that is stalled goes on waiting for its engine.
    private func giveUp(_ failover: Failover, of session: Session) {
        guard isCurrent(failover, of: session) else { return }
        logger.warning(
            "no other engine could continue the stream",
            metadata: [
                "content": "\(session.content.value)", "reason": "\(failover.reason.rawValue)",
                "attempts": "\(failover.attempts)",
            ])
        session.hasSearchedInVain = true
        stopFailover(session, .failed)
        if failover.isOldSourceLost { endOfStream(session, isRegular: failover.isRegularEnd) }
    }

    /// Ends the search; whatever it holds is given back.
    func stopFailover(_ session: Session, _ outcome: FailoverOutcome) {
        guard let failover = session.failover else { return }
        session.failover = nil
        failover.task?.cancel()
        metrics.recordFailover(failover.reason, outcome, after: session.lastByteAt.duration(to: clock.now))
        releaseRejected(failover, of: session)
        if let replacement = failover.replacement {
            recordPlay(replacement, .cancelled)
            disconnect(replacement)
            replacement.settle(Self.cancelled)
        }
    }
}
