import Catalogue
import EngineAPI
import Fleet
import Logging

/// One content, one session, by whatever name it is asked for.
extension StreamHub {
    /// The canonical names that `content` is known by before an engine is asked.
    func names(of content: ContentKey) -> Set<ContentKey> {
        let own = content.canonical
        guard let infohash = infohashes[own] else { return [own] }
        return [own, infohash]
    }

    /// The session that somebody who asks for `content` now joins.
    func joinableSession(playing content: ContentKey) -> Session? {
        let own = content.canonical
        return joinable[own] ?? infohashes[own].flatMap { joinable[$0] }
    }

    /// From now on, whoever asks for one of `names` joins `session`.
    func addNames(_ names: Set<ContentKey>, to session: Session) {
        session.names.formUnion(names)
        for name in names { joinable[name] = session }
    }

    /// Notes the infohash that the engine has named. If another session plays it, only one of the two is kept: those
    /// who wait go on waiting for that one, viewers notice nothing, and the other engine session is stopped.
    func noteInfohash(of session: Session) {
        let asked = session.content.canonical
        // Who asks by infohash gets that infohash, whatever an engine calls it.
        guard asked.kind != .infohash, let playback = session.playback,
            let infohash = ContentKey.infohash(playback.infohash)
        else { return }
        infohashes.note(infohash, for: asked)
        guard let other = joinable[infohash], other !== session else {
            return addNames([infohash], to: session)
        }
        // The one whose engine has answered is nearer to its first byte.
        if other.playback != nil || other.firstByteAt != nil {
            merge(session, into: other)
        } else {
            merge(other, into: session)
        }
    }

    /// Ends a session that has not delivered in favour of another one of the same content.
    private func merge(_ session: Session, into survivor: Session) {
        guard session.firstByteAt == nil else { return }
        addNames(session.names, to: survivor)
        let waiters = session.waiters
        session.waiters = [:]
        let failure = StartFailure(outcome: .cancelled, message: "another session plays the same content")
        session.failure = failure
        forget(session)
        log("stream joined to another of the same content", of: session, ["other": "\(survivor.content.value)"])
        release(session.playback, session.grant, because: failure, trace: session.trace)
        guard !waiters.isEmpty else { return }
        let now = clock.now
        survivor.idleSince = nil
        for (key, var waiter) in waiters {
            waiter.joinDeadline = survivor.isPlaying ? now + Self.randomAccessPatience : nil
            survivor.waiters[key] = waiter
        }
        if survivor.isPlaying { serveWaiters(of: survivor, now: now) }
    }
}
