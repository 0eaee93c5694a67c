import Catalogue
import EngineAPI
import Fleet
import Logging
import Telemetry

/// What runs, for operators. Each call takes a bounded look, so that streams never wait for whoever reads.
extension StreamHub {
    /// The most that one call describes.
    static let snapshotSlice = 256

    /// The ids of all sessions, in the order in which they began.
    func sessionIDs() -> [UInt64] { sessions.keys.sorted() }

    /// Describes those of `ids` that still run; of more than ``snapshotSlice`` only the first.
    func snapshots(ofSessions ids: ArraySlice<UInt64>) -> [SessionSnapshot] {
        let now = clock.now
        return ids.prefix(Self.snapshotSlice).compactMap { id in sessions[id].map { snapshot(of: $0, now: now) } }
    }

    /// Describes those of `ids` that still watch; of more than ``snapshotSlice`` only the first.
    func snapshots(ofViewers ids: ArraySlice<UInt64>, of session: UInt64) -> [ViewerSnapshot] {
        guard let session = sessions[session] else { return [] }
        let now = clock.now
        let limit = session.buffer.limit
        return ids.prefix(Self.snapshotSlice).compactMap { id in
            guard let viewer = viewer(id, of: session) else { return session.tap?.stream.snapshot(of: id, now: now) }
            let position = session.position(of: viewer)
            return ViewerSnapshot(
                id: id, delivery: .ts, address: viewer.origin?.entry.client ?? "",
                player: viewer.origin?.entry.userAgent ?? "", connectedAt: viewer.origin?.connectedAt,
                age: viewer.attachedAt.duration(to: now), sentBytes: session.viewers.sentBytes(of: viewer),
                lagBytes: limit > position ? limit - position : 0, movedForward: viewer.movedForward,
                isBlocked: viewer.isBlocked)
        }
    }

    func viewer(_ id: UInt64, of session: Session) -> Viewer? {
        guard case .viewer(let viewer, let home) = endpoints[id], home === session else { return nil }
        return viewer
    }

    private func snapshot(of session: Session, now: ContinuousClock.Instant) -> SessionSnapshot {
        let ring = (head: session.buffer.ring.head, tail: session.buffer.ring.tail)
        let players = session.tap?.stream.audience
        return SessionSnapshot(
            id: session.id, delivery: .ts, content: session.content, names: Array(session.names),
            state: state(of: session),
            age: session.createdAt.duration(to: now),
            engine: session.playback?.engine.description ?? session.grant?.engine.description,
            containerID: session.grant?.containerID, receivedBytes: ring.head,
            sentBytes: session.viewers.reduce(session.sentToFormerViewers + (players?.sentBytes ?? 0)) {
                $0 + session.viewers.sentBytes(of: $1)
            },
            bufferedBytes: ring.head - ring.tail, bufferCapacity: session.buffer.ring.capacity,
            bitrate: session.bitrate.bitsPerSecond, failovers: session.failoverCount, waiting: session.waiters.count,
            viewers: session.viewers.map(\.token) + (players?.ids ?? []))
    }

    private func state(of session: Session) -> SessionSnapshot.State {
        switch session.phase {
        case .starting: return .starting
        case .connecting: return .connecting
        case .draining: return .draining
        case .playing: break
        }
        if session.failover != nil { return .failover }
        if session.stallCountedUntil != nil { return .stalled }
        return session.idleSince == nil ? .playing : .idle
    }

    /// Who was disconnected.
    enum Kicked: Sendable {
        case disconnected
        /// A player of HLS, who would ask again: it is to be refused.
        case hls(HLSViewer, names: Set<ContentKey>)
    }

    /// Disconnects a viewer.
    /// - Returns: nil where it was not there.
    func kick(viewer id: UInt64, of sessionID: UInt64) -> Kicked? {
        guard let session = sessions[sessionID] else { return nil }
        guard let viewer = viewer(id, of: session) else {
            guard let player = session.tap?.stream.dismiss(id) else { return nil }
            log("viewer kicked", of: session, ["viewer": "\(id)"])
            metrics.evictedByOperator.increment()
            return .hls(player, names: session.names)
        }
        log("viewer kicked", of: session, ["viewer": "\(id)"])
        metrics.evictedByOperator.increment()
        viewer.finish()
        viewerLeft(viewer, session, reason: EvictionReason.kicked.rawValue)
        return .disconnected
    }

    /// Ends a session and its viewers' streams.
    /// - Returns: how many viewers it had, its players of HLS, and its content's names; nil where it does not run.
    func stop(session id: UInt64) -> (viewers: Int, players: [HLSViewer], names: Set<ContentKey>)? {
        guard let session = sessions[id] else { return nil }
        let stopped = (session.viewers.count, session.tap?.stream.audience.all ?? [], session.names)
        end(session, reason: .stopped)
        return stopped
    }
}
