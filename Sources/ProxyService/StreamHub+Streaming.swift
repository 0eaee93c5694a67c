import Catalogue
import CLinux
import EngineAPI
import Fleet
import Foundation
import Logging
import Settings
import Telemetry

/// Moving bytes: from the engine into the ring, from the ring to the viewers.
extension StreamHub {
    /// The most that one turn reads from one engine, so that no stream holds the thread for long.
    static let readSize = 256 << 10
    /// More bytes than this do not wait for others.
    private static let largestPiece: UInt64 = 128 << 10

    func ready(token: UInt64, readiness: UInt32) {
        switch endpoints[token] {
        case .upstream(let session):
            guard let upstream = session.upstream else { return }
            if case .connecting = upstream.phase { return sendRequest(upstream, session) }
            read(upstream, session)
        case .replacement(let replacement, let session):
            replacementReady(replacement, session)
        case .viewer(let viewer, let session):
            if readiness & UInt32(WEIR_HANGUP) != 0 { return viewerLeft(viewer, session) }
            pump(viewer, in: session, now: clock.now)
        case nil:
            break
        }
    }

    // MARK: From the engine

    private func sendRequest(_ upstream: Upstream, _ session: Session) {
        do {
            try upstream.sendRequest()
            thread.change(upstream.descriptor, interest: Int(WEIR_READABLE), token: upstream.token)
        } catch {
            connectionFailed(session, error)
        }
    }

    private func read(_ upstream: Upstream, _ session: Session) {
        let window = session.buffer.writableWindow(Self.readSize)
        let count = recv(upstream.descriptor, window.baseAddress, window.count, Int32(MSG_DONTWAIT))
        if count < 0, errno == EAGAIN || errno == EINTR { return }
        guard count > 0 else { return upstreamEnded(session, isRegular: count == 0 && upstream.mayEndHere) }
        do {
            try receive(UnsafeMutableRawBufferPointer(rebasing: window[..<count]), from: upstream, session)
        } catch {
            breakOff(session, error.description)
        }
    }

    private func receive(
        _ bytes: UnsafeMutableRawBufferPointer, from upstream: Upstream, _ session: Session
    ) throws(MalformedHead) {
        let (count, isComplete) = try upstream.receive(bytes)
        if upstream.hasAnswered { recordPlay(session, .ok) }
        if count > 0 {
            metrics.receivedBytes.increment(by: count)
            let before = session.buffer.ring.head
            session.buffer.commit(count, of: bytes)
            noteDiscarded(session)
            // What is left out altogether feeds nobody: a source of nothing else is stalled.
            if session.buffer.ring.head > before { deliver(session) }
        }
        if isComplete { upstreamEnded(session, isRegular: true) }
    }

    func noteDiscarded(_ session: Session) {
        let null = session.buffer.nullBytes
        if null > session.nullBytesCounted {
            metrics.nullBytes.increment(by: Int(null - session.nullBytesCounted))
            session.nullBytesCounted = null
        }
        let discarded = session.buffer.droppedBytes
        guard discarded > session.discardedBytesCounted else { return }
        metrics.discardedBytes.increment(by: Int(discarded - session.discardedBytesCounted))
        session.discardedBytesCounted = discarded
    }

    func deliver(_ session: Session) {
        let now = clock.now
        if session.failover != nil { stopFailover(session, .recovered) }
        session.hasSearchedInVain = false
        if session.stallCountedUntil != nil { countStall(session, until: now, isOver: true) }
        session.lastByteAt = now
        if session.firstByteAt == nil {
            session.firstByteAt = now
            session.phase = .playing
            recentFailures.clear(session.names)
            let duration = session.createdAt.duration(to: now)
            metrics.recordStart(.ok, after: duration, trace: session.trace)
            log("stream started", of: session, ["after": "\(duration)"])
            reportStart(of: session)
            for key in Array(session.waiters.keys) {
                session.waiters[key]?.joinDeadline = now + Self.randomAccessPatience
            }
        }
        session.tap?.take(session.buffer, now: now)
        if !session.waiters.isEmpty { serveWaiters(of: session, now: now) }
        let delay = coalescing.delay
        let waiting = session.buffer.limit &- session.flushedLimit
        guard delay > .zero, session.viewers.count >= coalescing.fewestViewers, waiting < Self.largestPiece else {
            return flush(session, now: now)
        }
        guard session.flushAt == nil else { return }
        session.flushAt = now + delay
        gathering.append(session)
    }

    /// Sends what is there to every viewer that takes it.
    private func flush(_ session: Session, now: ContinuousClock.Instant) {
        session.flushAt = nil
        metrics.sentBytes.increment(by: session.sendToThoseInStep())
        for viewer in session.viewers.outOfStep where !viewer.isBlocked { pump(viewer, in: session, now: now) }
    }

    /// Sends what has waited long enough. Returns how long the rest may still wait.
    func flushGathered() -> Duration {
        guard !gathering.isEmpty else { return .seconds(3600) }
        let now = clock.now
        var next = Duration.seconds(3600)
        let waiting = gathering
        gathering.removeAll(keepingCapacity: true)
        for session in waiting {
            guard let flushAt = session.flushAt else { continue }
            if now >= flushAt {
                flush(session, now: now)
            } else {
                gathering.append(session)
                next = min(next, now.duration(to: flushAt))
            }
        }
        return next
    }

    /// Lets those join who can: at a random-access point, or anywhere once their patience is over.
    func serveWaiters(of session: Session, now: ContinuousClock.Instant) {
        let hasRandomAccess = session.buffer.randomAccessJoin != nil
        for (key, waiter) in session.waiters {
            guard let deadline = waiter.joinDeadline, hasRandomAccess || now >= deadline else { continue }
            if !hasRandomAccess { session.buffer.settleLayout() }
            session.waiters[key] = nil
            waiter.continuation.resume(returning: .success(makeTicket(session, for: waiter.demand)))
        }
    }

    func upstreamEnded(_ session: Session, isRegular: Bool) {
        recordPlay(session, .connection)
        guard session.firstByteAt != nil else {
            let failure = StartFailure(
                outcome: .engineError, message: "the engine closed the stream before its first byte")
            if !startElsewhere(session, after: failure) { fail(session, failure) }
            return
        }
        // A live stream has no end: an engine that closes one is shutting down or has lost it.
        let isLost = !isRegular || session.playback?.isLive == true
        if isLost, failOver(session, because: .connection, isRegularEnd: isRegular) { return }
        endOfStream(session, isRegular: isRegular)
    }

    /// Lets the viewers have the rest, where the stream ended as it should.
    func endOfStream(_ session: Session, isRegular: Bool) {
        guard isRegular else { return end(session, reason: .networkError) }
        closeUpstream(of: session)
        closeToNewcomers(session)
        session.buffer.settleLayout()
        session.phase = .draining
        let now = clock.now
        serveWaiters(of: session, now: now + Self.randomAccessPatience)
        for viewer in session.viewers where !viewer.isBlocked { pump(viewer, in: session, now: now) }
        endIfDrained(session)
    }

    private func breakOff(_ session: Session, _ reason: String) {
        recordPlay(session, .malformedAnswer)
        if session.firstByteAt == nil {
            fail(session, StartFailure(outcome: .engineError, message: reason))
        } else {
            if failOver(session, because: .connection, isRegularEnd: false) { return }
            end(session, reason: .networkError)
        }
    }

    private func endIfDrained(_ session: Session) {
        guard case .draining = session.phase, session.tickets.isEmpty, session.viewers.isEmpty else { return }
        end(session, reason: .eof)
    }

    // MARK: To the viewers

    func pump(_ viewer: Viewer, in session: Session, now: ContinuousClock.Instant) {
        session.leaveStep(viewer)
        if viewer.cursor < session.buffer.ring.tail {
            viewer.skip(to: session.buffer.skipTarget)
            metrics.skips.increment()
        }
        let before = viewer.sentBytes
        let progress = viewer.pump(session.buffer.ring, limit: session.buffer.limit, layout: session.buffer.layout)
        if viewer.sentBytes > before {
            metrics.sentBytes.increment(by: Int(viewer.sentBytes - before))
            viewer.lastProgress = now
            if let demand = viewer.demand, viewer.sentBytes > UInt64(viewer.headBytes) {
                viewer.demand = nil
                viewer.firstByteAfter = demand.requestedAt.duration(to: now)
                metrics.recordFirstByte(demand, now: now)
            }
        }
        switch progress {
        case .caughtUp:
            viewer.lastProgress = now
            setBlocked(viewer, false)
            guard case .draining = session.phase else { return session.enterStep(viewer) }
            viewer.finish()
            drop(viewer, of: session, reason: SessionEndReason.eof.rawValue)
            endIfDrained(session)
        case .blocked:
            if !viewer.isBlocked { viewer.lastProgress = now }
            setBlocked(viewer, true)
        case .yielded: yielded.append(viewer.token)
        case .gone: viewerLeft(viewer, session)
        }
    }

    /// Gives those another turn who had more to send.
    func resumeYielded() {
        guard !yielded.isEmpty else { return }
        let tokens = yielded
        yielded.removeAll(keepingCapacity: true)
        let now = clock.now
        for token in tokens {
            if case .viewer(let viewer, let session) = endpoints[token] { pump(viewer, in: session, now: now) }
        }
    }

    private func setBlocked(_ viewer: Viewer, _ isBlocked: Bool) {
        guard viewer.isBlocked != isBlocked else { return }
        viewer.isBlocked = isBlocked
        thread.change(viewer.descriptor, interest: isBlocked ? Int(WEIR_WRITABLE) : 0, token: viewer.token)
    }

    func viewerLeft(
        _ viewer: Viewer, _ session: Session, reason: String = SessionEndReason.clientDisconnected.rawValue
    ) {
        drop(viewer, of: session, reason: reason)
        noteLeft(session)
    }

    /// Notes that somebody who wanted the stream does no more.
    func noteLeft(_ session: Session) {
        endIfDrained(session)
        noteIdle(session)
    }

    /// Closes a viewer's connection.
    /// - Parameter reason: for the access log.
    func drop(_ viewer: Viewer, of session: Session, reason: String) {
        guard session.viewers.remove(viewer) else { return }
        thread.remove(viewer.descriptor)
        close(viewer.descriptor)
        session.sentToFormerViewers += viewer.sentBytes
        viewer.origin?.left(
            sentBytes: viewer.sentBytes, firstByteAfter: viewer.firstByteAfter, session: session.id, reason: reason)
        endpoints[viewer.token] = nil
        viewerCount -= 1
        metrics.viewers.set(viewerCount)
        metrics.viewerDuration.observe(viewer.attachedAt.duration(to: clock.now))
    }

    // MARK: Timeouts

    /// Notes that nobody watches any more; without a grace period the session ends now.
    func noteIdle(_ session: Session) {
        guard !session.isWanted, session.idleSince == nil else { return }
        session.idleSince = clock.now
        if settings.gracePeriod == .zero { end(session, reason: .clientDisconnected) }
    }

    func sweep(_ session: Session, now: ContinuousClock.Instant) {
        if session.firstByteAt == nil, now >= session.createdAt + settings.noResponseTimeout {
            return fail(session, StartFailure(outcome: .timeout, message: "the engine sent nothing in time"))
        }
        if let idleSince = session.idleSince, now >= idleSince + settings.gracePeriod {
            return end(session, reason: .clientDisconnected)
        }
        if session.failover != nil {
            sweepFailover(session, now: now)
        } else if session.isPlaying, now >= session.lastByteAt + settings.emptyTimeout {
            return end(session, reason: .emptyTimeout)
        } else if session.isPlaying, now >= session.lastByteAt + settings.failoverStallTimeout {
            _ = failOver(session, because: .stalled, isRegularEnd: false)
        }
        guard sessions[session.id] != nil else { return }
        if session.isPlaying, now >= session.lastByteAt + Self.stallThreshold {
            if session.stallCountedUntil == nil { metrics.upstreamStalls.increment() }
            countStall(session, until: now, isOver: false)
        }
        if settings.joinBurst > .zero {
            session.arrivals.note(session.buffer.ring.head, at: now, keeping: settings.joinBurst)
        }
        if !session.waiters.isEmpty, session.firstByteAt != nil { serveWaiters(of: session, now: now) }
        for viewer in session.viewers.outOfStep where viewer.isBlocked {
            guard now >= viewer.lastProgress + settings.viewerStallTimeout,
                session.buffer.limit &- viewer.cursor >= UInt64(settings.viewerStallBytes)
            else { continue }
            log("viewer evicted", of: session, ["reason": "stalled"])
            metrics.evictedAsStalled.increment()
            viewerLeft(viewer, session, reason: EvictionReason.stalled.rawValue)
        }
    }

    /// Adds the part of a stall that has not been counted.
    private func countStall(_ session: Session, until now: ContinuousClock.Instant, isOver: Bool) {
        let begin = session.stallCountedUntil ?? session.lastByteAt
        metrics.upstreamStallSeconds.increment(by: begin.duration(to: now) / .seconds(1))
        session.stallCountedUntil = isOver ? nil : now
    }
}
