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
        do throws(StartFailure) {
            return try await cut(content, parameters: parameters, for: visit)
        } catch {
            return .failure(error)
        }
    }

    /// The same; throws why there is no session.
    /// - Parameter insteadOfEngine: whether the engine has been asked for HLS and delivers none.
    func cut(
        _ content: ContentKey, parameters: [(name: String, value: String)], for visit: HLSVisit,
        insteadOfEngine: Bool = false
    ) async throws(StartFailure) -> HLSReply {
        let viewer = visit.viewer
        var names = await hub.names(of: content)
        if let refusal = refusal(of: viewer, from: names) { return refusal }
        var stream = cut(names)?.stream
        if stream?.isOver(for: viewer) == true { stream = nil }
        if stream == nil {
            try await hub.checkRoomForSegments(of: content)
            let ticket = try await hub.admit(
                content, parameters: parameters, requestedAt: visit.startedAt, client: viewer.client)
            let tapped = try await hub.tap(ticket, cuts: metrics.cuts)
            stream = tapped?.stream
            names.formUnion(tapped?.names ?? [])
        }
        guard let stream else { throw StartFailure(outcome: .engineError, message: "the stream ended") }
        // Even when this player is refused: what is cut is given up by the sweep alone.
        keep(stream, names: names, replacesEngine: insteadOfEngine)
        try await hub.checkRoom(for: viewer, of: stream)
        let isKnown = stream.isWatched(by: viewer)
        stream.note(viewer, now: clock.now)
        if !isKnown { updateGauges() }
        guard let text = await stream.playlist(for: visit.address, within: Self.firstSegmentLimit) else {
            throw stream.failure
        }
        // The wait for the first segment was none of the player's.
        stream.note(viewer, now: clock.now)
        metrics.playlists[.stream]?.increment()
        return .playlist(Array(text.utf8))
    }

    /// The newest stream of one of `names` that is being cut.
    func cut(_ names: Set<ContentKey>) -> Cut? {
        cuts.values.filter { !$0.names.isDisjoint(with: names) }.max { $0.stream.number < $1.stream.number }
    }

    private func keep(_ stream: CutStream, names: Set<ContentKey>, replacesEngine: Bool) {
        var cut = cuts[stream.id] ?? Cut(stream: stream, names: [])
        cut.names.formUnion(names)
        cut.replacesEngine = cut.replacesEngine || replacesEngine
        cuts[stream.id] = cut
        startSweeping()
    }

    /// A segment of a stream that is being cut; nil when the session is none.
    func cutSegment(session id: String, name: Substring, viewer: HLSViewer) -> HLSReply? {
        guard let cut = cuts[id] else { return nil }
        if let refusal = refusal(of: viewer, from: cut.names) { return refusal }
        let stream = cut.stream
        guard name.hasSuffix(".ts"), let sequence = UInt64(name.dropLast(3)), let bytes = stream.segment(sequence)
        else { return .answer(HLSFailure.unknown.answer) }
        let sent = stream.note(viewer, now: clock.now)
        return .segment(bytes, contentType: "video/MP2T", source: .stream, sent: sent)
    }

    /// Lets go of streams that nobody asks for.
    func sweepCuts(now: ContinuousClock.Instant) {
        for (id, cut) in cuts where cut.stream.look(timeout: settings.playlistTimeout, now: now).isLeft {
            cuts[id] = nil
            let hub = hub
            let stream = cut.stream
            Task { await hub.untap(stream) }
        }
    }

    func updateCutGauges() {
        let now = clock.now
        var viewers = 0
        var bytes = 0
        for cut in cuts.values {
            let state = cut.stream.look(timeout: settings.playlistTimeout, now: now)
            viewers += state.viewers
            bytes += state.bytes
        }
        metrics.sessions[.stream]?.set(cuts.count)
        metrics.viewers[.stream]?.set(viewers)
        metrics.windowBytes.set(bytes)
    }
}
