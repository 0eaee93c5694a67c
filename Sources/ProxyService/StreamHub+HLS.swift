import Catalogue
import EngineAPI
import Fleet
import Logging
import Settings
import Telemetry

/// Engine sessions that deliver HLS: started and ended as those of streams are, held by ``HLSGateway``.
extension StreamHub {
    /// Leases an engine and asks it for a playlist. Another engine is leased where one is dead.
    ///
    /// What is returned must be given back by ``closePlaylist(_:_:because:trace:)``.
    func openPlaylist(
        _ content: ContentKey, parameters: [(name: String, value: String)], deadline: ContinuousClock.Instant
    ) async throws(StartFailure) -> (grant: EngineGrant, playback: PlaybackSession) {
        let trace = TraceContext.current
        var dead = RejectedEngines()
        defer { for (grant, failure) in dead.takeHeld() { release(nil, grant, because: failure, trace: trace) } }
        var refusal: StartFailure?
        while true {
            let grant: EngineGrant
            do throws(StartFailure) {
                let wait = max(.milliseconds(1), clock.now.duration(to: deadline) * 0.7)
                grant = try await source.lease(content, excluding: dead.excluded, wait: wait)
            } catch {
                throw refusal ?? error
            }
            let answer = await ask(
                grant.engine, for: content, parameters, as: .playlist, within: clock.now.duration(to: deadline))
            switch answer {
            case .success(let playback): return (grant, playback)
            case .failure(let failure):
                note(failure, of: names(of: content))
                guard failure.isEngineUnreachable, grant.hasAlternatives, dead.count < Self.deadEngineLimit else {
                    release(nil, grant, because: failure, trace: trace)
                    throw failure
                }
                if dead.reject(grant, failure) { release(nil, grant, because: failure, trace: trace) }
                refusal = failure
            }
        }
    }

    /// Stops a session at its engine, again if the engine does not confirm, and gives the lease back.
    /// - Parameter grant: nil once the orchestrator knows of the stream: its end gives the lease back.
    func closePlaylist(
        _ playback: PlaybackSession, _ grant: EngineGrant?, because failure: StartFailure, trace: TraceContext?
    ) {
        release(playback, grant, because: failure, trace: trace)
    }

    /// Makes room for a session that the hub does not hold; ``leavePlaylist(client:)`` gives it back.
    ///
    /// - Throws: the failure that the content is known for, or the limit that does not allow another session.
    func admitPlaylist(_ names: Set<ContentKey>, client: IPAddress?) throws(StartFailure) {
        if let failure = recentFailures.failure(of: names, now: clock.now) {
            metrics.recentFailuresAnswered[Label(failure.outcome)].increment()
            throw failure
        }
        try checkRoomForSession(of: client)
        if settings.limits.sessionsPerClient > 0, let client { startedSessions[client.client, default: 0] += 1 }
        sessionCount += 1
        metrics.sessions.set(sessionCount)
    }

    func leavePlaylist(client: IPAddress?) {
        sessionCount -= 1
        metrics.sessions.set(sessionCount)
        guard settings.limits.sessionsPerClient > 0, let client = client?.client else { return }
        let count = startedSessions[client, default: 1] - 1
        startedSessions[client] = count > 0 ? count : nil
    }

    /// Remembers why a content could not be started, where that says something about the content.
    func note(_ failure: StartFailure, of names: Set<ContentKey>) {
        recentFailures.note(failure, of: names, now: clock.now)
    }

    func clearFailures(of names: Set<ContentKey>) {
        recentFailures.clear(names)
    }

    /// The canonical name of the infohash that the engine has named for `content`, if it is another name; remembered.
    func learnInfohash(_ infohash: String, of content: ContentKey) -> ContentKey? {
        let asked = content.canonical
        guard asked.kind != .infohash, let name = ContentKey.infohash(infohash) else { return nil }
        infohashes.note(name, for: asked)
        return name
    }
}

/// Streams of ordinary sessions cut into segments.
extension StreamHub {
    /// Redeems a ticket: the session's stream is cut into segments as long as ``untap(_:)`` does not end it.
    ///
    /// - Returns: what gets the session's segments, whose session goes by those names; nil when the session has ended.
    /// - Throws: when there is no memory for segments.
    func tap(
        _ ticket: StreamTicket, cuts: [HLSCutReason: Counter]
    ) throws(StartFailure) -> (stream: CutStream, names: Set<ContentKey>)? {
        guard let session = sessions[ticket.sessionID], session.tickets.remove(ticket.id) != nil else { return nil }
        if let tap = session.tap { return (tap.stream, session.names) }
        do throws(StartFailure) { try checkRoomForSegments() } catch {
            noteLeft(session)
            throw error
        }
        let now = clock.now
        let stream = CutStream(
            cuts: cuts, numbers: numbers, memory: segmentMemory.reserve(CutStream.maximumBytes), now: now)
        let limit = session.buffer.limit
        let oldest = limit - min(limit, StreamTap.maximumPast)
        let join =
            session.buffer.randomAccessJoin(since: oldest) ?? session.buffer.randomAccessJoin
            ?? session.buffer.newestJoin
        let tap = StreamTap(stream, at: join, now: now)
        session.tap = tap
        tap.take(session.buffer, now: now)
        return (stream, session.names)
    }

    /// Ends the cutting of a stream: nobody wants its segments any more.
    func untap(_ stream: CutStream) {
        guard let session = sessions.values.first(where: { $0.tap?.stream === stream }) else { return }
        session.tap?.finish(.lost)
        session.sentToFormerViewers += stream.audience.sentBytes
        session.tap = nil
        noteLeft(session)
    }
}
