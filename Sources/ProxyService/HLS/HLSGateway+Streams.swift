import Catalogue
import Fleet
import Settings
import Telemetry

/// HLS made from the transport stream of an ordinary session, which is shared with the players of `/ace/getstream`.
extension HLSGateway {
    /// How long the first segment may take once the stream plays.
    private static let firstSegmentLimit = Duration.seconds(15)

    /// The playlist of `content`, cut from its stream, which is started if need be.
    func cutPlaylist(
        _ content: ContentKey, parameters: [(name: String, value: String)], for visit: HLSVisit
    ) async -> HLSReply {
        let viewer = visit.viewer
        let names = await hub.names(of: content)
        var stream = names.lazy.compactMap { self.cutsByName[$0] }.first
        if stream?.isOver(for: viewer) == true { stream = nil }
        if stream == nil {
            do throws(StartFailure) {
                let ticket = try await hub.admit(
                    content, parameters: parameters, requestedAt: visit.startedAt, client: viewer.client)
                stream = await hub.tap(ticket, CutStream(cuts: metrics.cuts, now: clock.now))
            } catch {
                return .failure(error)
            }
        }
        guard let stream else {
            return .failure(StartFailure(outcome: .engineError, message: "the stream ended"))
        }
        guard stream.admits(viewer, limit: settings.limits.viewersPerSession) else {
            return .failure(.limited(by: .viewers))
        }
        stream.note(viewer, now: clock.now)
        await keep(stream, of: content)
        guard let text = await stream.playlist(for: visit.address, within: Self.firstSegmentLimit) else {
            return .failure(stream.failure)
        }
        metrics.playlists[.stream]?.increment()
        return .playlist(Array(text.utf8))
    }

    private func keep(_ stream: CutStream, of content: ContentKey) async {
        // Its engine may have named the infohash by now.
        let names = await hub.names(of: content)
        cuts[stream.id] = stream
        for name in names { cutsByName[name] = stream }
        startSweeping()
        updateGauges()
    }

    /// A segment of a stream that is being cut; nil when the session is none.
    func cutSegment(session id: String, name: Substring, viewer: HLSViewer) -> HLSReply? {
        guard let stream = cuts[id] else { return nil }
        guard name.hasSuffix(".ts"), let sequence = UInt64(name.dropLast(3)), let bytes = stream.segment(sequence)
        else { return .answer(HLSFailure.unknown.answer) }
        stream.note(viewer, now: clock.now)
        return .segment(bytes, contentType: "video/MP2T", source: .stream)
    }

    /// Lets go of streams that nobody asks for.
    func sweepCuts(now: ContinuousClock.Instant) {
        for (id, stream) in cuts where stream.look(timeout: settings.playlistTimeout, now: now).isLeft {
            cuts[id] = nil
            for (name, other) in cutsByName where other === stream { cutsByName[name] = nil }
            let hub = hub
            Task { await hub.untap(stream) }
        }
    }

    func updateCutGauges() {
        let now = clock.now
        var viewers = 0
        var bytes = 0
        for stream in cuts.values {
            let state = stream.look(timeout: settings.playlistTimeout, now: now)
            viewers += state.viewers
            bytes += state.bytes
        }
        metrics.sessions[.stream]?.set(cuts.count)
        metrics.viewers[.stream]?.set(viewers)
        metrics.windowBytes.set(bytes)
    }
}
