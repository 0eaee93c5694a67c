import Catalogue
import Fleet

/// All sessions, whether the hub feeds their viewers or playlists and segments come from an engine. Their ids are out
/// of one sequence.
struct RunningSessions: Sendable {
    /// The most that one call describes.
    static let slice = StreamHub.snapshotSlice

    let hub: StreamHub
    let hls: HLSGateway

    /// The ids of all sessions, in the order in which they began.
    func ids() async -> [UInt64] {
        (await hub.sessionIDs() + hls.sessionIDs()).sorted()
    }

    /// Describes those of `ids` that still run; of more than ``slice`` only the first.
    func snapshots(ofSessions ids: ArraySlice<UInt64>) async -> [SessionSnapshot] {
        let ids = ids.prefix(Self.slice)
        return (await hub.snapshots(ofSessions: ids) + hls.snapshots(ofSessions: ids)).sorted { $0.id < $1.id }
    }

    /// Describes those of `ids` that still watch; of more than ``slice`` only the first.
    func snapshots(ofViewers ids: ArraySlice<UInt64>, of session: UInt64) async -> [ViewerSnapshot] {
        (await hub.snapshots(ofViewers: ids, of: session) + hls.snapshots(ofViewers: ids, of: session))
            .sorted { $0.id < $1.id }
    }

    /// Disconnects a viewer; one of HLS is refused for a while.
    /// - Returns: whether it was there.
    func kick(viewer: UInt64, of session: UInt64) async -> Bool {
        switch await hub.kick(viewer: viewer, of: session) {
        case .disconnected: return true
        case .hls(let viewer, let names):
            await hls.dismiss([viewer], from: names, .kicked)
            return true
        case nil: return await hls.kick(viewer: viewer, of: session)
        }
    }

    /// Ends a session and its viewers' streams; those of HLS are refused for a while.
    /// - Returns: how many viewers it had; nil where it does not run.
    func stop(session: UInt64) async -> Int? {
        guard let stopped = await hub.stop(session: session) else { return await hls.stop(session: session) }
        await hls.dismiss(stopped.players, from: stopped.names, .stopped)
        return stopped.viewers + stopped.players.count
    }
}
