import Catalogue
import EngineAPI
import Fleet
import Logging
import Telemetry

/// Who watches, for operators, and sending them away.
extension HLSGateway {
    /// The ids of the sessions of engines that deliver HLS. Streams that are cut are sessions of the hub's.
    func sessionIDs() -> [UInt64] { sessions.values.map(\.number) }

    /// Describes those of `ids` that still run; of more than ``RunningSessions/slice`` only the first.
    func snapshots(ofSessions ids: ArraySlice<UInt64>) -> [SessionSnapshot] {
        let wanted = Set(ids.prefix(RunningSessions.slice))
        let now = clock.now
        return sessions.values.filter { wanted.contains($0.number) }.map { session in
            let id = session.id
            return SessionSnapshot(
                id: session.number, delivery: .hls, content: session.content, names: Array(session.names),
                state: !session.isStarted ? .starting : session.audience.count > 0 ? .playing : .idle,
                age: session.createdAt.duration(to: now),
                engine: session.playback?.engine.description ?? session.grant?.engine.description,
                containerID: session.grant?.containerID, receivedBytes: session.receivedBytes,
                sentBytes: session.audience.sentBytes,
                bufferedBytes: UInt64(cache.byteCount { $0.session == id }), bufferCapacity: cache.byteLimit,
                bitrate: nil, failovers: 0, waiting: 0, viewers: session.audience.ids)
        }
    }

    /// Describes those of `ids` that still watch; of more than ``RunningSessions/slice`` only the first.
    func snapshots(ofViewers ids: ArraySlice<UInt64>, of number: UInt64) -> [ViewerSnapshot] {
        guard let session = session(number) else { return [] }
        let now = clock.now
        return ids.prefix(RunningSessions.slice).compactMap { session.audience.snapshot(of: $0, now: now) }
    }

    private func session(_ number: UInt64) -> HLSSession? { sessions.values.first { $0.number == number } }

    /// Players that asked for something within the session timeout, of both kinds of session.
    var viewerCount: Int {
        sessions.values.reduce(0) { $0 + $1.audience.count } + cuts.values.reduce(0) { $0 + $1.stream.audience.count }
    }

    /// Forgets a player and refuses it for a while.
    /// - Returns: whether it was there.
    func kick(viewer id: UInt64, of number: UInt64) -> Bool {
        guard let session = session(number), let player = session.audience.remove(id) else { return false }
        log("viewer kicked", of: session, ["viewer": "\(id)"])
        hub.metrics.evictedByOperator.increment()
        dismiss([player], from: session.names, .kicked)
        updateGauges()
        return true
    }

    /// Ends a session and refuses its players for a while.
    /// - Returns: how many it had; nil where it does not run.
    func stop(session number: UInt64) -> Int? {
        guard let session = session(number) else { return nil }
        let players = session.audience.all
        dismiss(players, from: session.names, .stopped)
        end(session, reason: .stopped)
        return players.count
    }

    /// Refuses players the content for a while.
    func dismiss(_ players: [HLSViewer], from names: Set<ContentKey>, _ reason: HLSRefusal) {
        dismissed.add(players, from: names, reason, now: clock.now)
    }

    /// What a player is told that an operator has sent away; nil for any other.
    func refusal(of viewer: HLSViewer, from names: Set<ContentKey>) -> HLSReply? {
        guard let (reason, rest) = dismissed.refusal(of: viewer, from: names, now: clock.now) else { return nil }
        metrics.refusals[reason]?.increment()
        return .answer(reason.answer(for: rest))
    }
}
