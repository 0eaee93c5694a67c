import Catalogue
import EngineAPI
import Fleet

/// Being an engine to other proxies: a viewer that asks as they do gets URLs of its own and shares the session.
extension StreamHub {
    /// What an edge is told.
    struct EdgeSession: Sendable {
        let token: String
        let infohash: String
        let isLive: Bool
        /// The proxies behind this one.
        let via: [String]
    }

    /// Takes the ticket of an edge that is to fetch its stream later; whoever asked with the same `pid` before is
    /// disconnected, as an engine does.
    ///
    /// - Parameter chain: the proxies that the request came through.
    /// - Throws: when there are too many edges, or the stream itself comes through one of them.
    func expectEdge(
        _ ticket: StreamTicket, player: String, chain: ProxyChain
    ) throws(StartFailure) -> EdgeSession {
        guard let session = sessions[ticket.sessionID], let playback = session.playback else {
            abandon(ticket)
            throw StartFailure(outcome: .engineError, message: "the stream has ended")
        }
        guard !playback.via.contains(where: chain.contains) else {
            abandon(ticket)
            throw Self.loop
        }
        if let previous = edges.edge(ofPlayer: player) { stopEdge(previous.token) }
        guard let token = edges.expect(ticket, player: player, now: clock.now) else {
            abandon(ticket)
            throw StartFailure(
                outcome: .noEngine, message: "as many proxies as allowed take this one for an engine", retryAfter: 5)
        }
        return EdgeSession(
            token: token, infohash: playback.infohash, isLive: playback.isLive, via: playback.via)
    }

    static let loop = StartFailure(
        outcome: .engineError, message: "loop: this proxy would be asked for the stream by itself")

    func redeemEdge(_ token: String) -> StreamTicket? {
        edges.redeem(token)
    }

    /// Ends one edge's viewing, and nobody else's. Returns whether there was such an edge.
    @discardableResult
    func stopEdge(_ token: String) -> Bool {
        guard let edge = edges.remove(token), isThere(edge) else { return false }
        switch edge.state {
        case .expected(let ticket, _): abandon(ticket)
        case .arriving(let ticket):
            // Its connection finds the ticket gone.
            abandon(ticket)
        case .watching(let viewer):
            if case .viewer(let viewer, let session) = endpoints[viewer] {
                viewer.finish()
                drop(viewer, of: session, reason: SessionEndReason.clientDisconnected.rawValue)
                noteLeft(session)
            }
        }
        return true
    }

    /// The stat answer for an edge, in an engine's words; nil where there is no such edge.
    func edgeStatus(_ token: String) -> String? {
        guard let edge = edges[token], isThere(edge), let session = sessions[edge.sessionID] else { return nil }
        let isFed = session.isPlaying && session.failover == nil
        let seconds = max(1, session.createdAt.duration(to: clock.now) / .seconds(1))
        let downloaded = session.buffer.ring.head
        var sent: UInt64 = 0
        if case .watching(let id) = edge.state, let viewer = viewer(id, of: session) {
            sent = session.viewers.sentBytes(of: viewer)
        }
        return """
            {"status":"\(isFed ? "dl" : "prebuf")","peers":\(isFed ? 1 : 0),\
            "speed_down":\(Int(Double(downloaded) / 1024 / seconds)),"speed_up":\(Int(Double(sent) / 1024 / seconds)),\
            "downloaded":\(downloaded),"uploaded":\(sent),"total_progress":0,\
            "is_live":\(session.playback?.isLive == false ? 0 : 1),"is_encrypted":0,\
            "infohash":\(JSONText.quote(session.playback?.infohash ?? "")),"playback_session_id":"\(token)",\
            "client_session_id":-1,"selected_file_index":-1,"selected_stream_index":0}
            """
    }

    private func isThere(_ edge: EdgeViewers.Edge) -> Bool {
        switch edge.state {
        case .expected(let ticket, _), .arriving(let ticket):
            sessions[edge.sessionID]?.tickets.contains(ticket.id) == true
        case .watching(let viewer): endpoints[viewer] != nil
        }
    }

    func sweepEdges(now: ContinuousClock.Instant) {
        guard edges.count > 0 else { return }
        for ticket in edges.expire(now: now) { abandon(ticket) }
        edges.keep { isThere($0) }
    }
}
