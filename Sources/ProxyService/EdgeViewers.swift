/// Viewers that are proxies themselves: each has asked as one asks an engine, and was given URLs of its own.
///
/// A pure value: time is an argument.
package struct EdgeViewers {
    package enum State: Equatable {
        /// Has not fetched its stream yet; the session is kept for it until then.
        case expected(ticket: StreamTicket, until: ContinuousClock.Instant)
        /// Its connection is on its way to the hub.
        case arriving(ticket: StreamTicket)
        /// The token of the viewer that it is.
        case watching(UInt64)
    }

    package struct Edge {
        /// The last element of its URLs.
        package let token: String
        /// Its own `pid`.
        package let playerID: String
        package let sessionID: UInt64
        package var state: State
    }

    /// How long an edge has to fetch its stream.
    package static let patience = Duration.seconds(15)
    /// Edges known at most.
    package static let limit = 4096

    private var edges: [String: Edge] = [:]

    package init() {}

    package var count: Int { edges.count }

    package subscript(token: String) -> Edge? { edges[token] }

    package func edge(ofPlayer playerID: String) -> Edge? { edges.values.first { $0.playerID == playerID } }

    /// Notes a new edge. Returns its token; nil when there are too many.
    package mutating func expect(
        _ ticket: StreamTicket, player: String, now: ContinuousClock.Instant
    ) -> String? {
        guard edges.count < Self.limit else { return nil }
        let token = Self.makeToken(bytes: 16)
        edges[token] = Edge(
            token: token, playerID: player, sessionID: ticket.sessionID,
            state: .expected(ticket: ticket, until: now + Self.patience))
        return token
    }

    /// The ticket of an edge that fetches its stream; nil where it has done so already, or is unknown.
    package mutating func redeem(_ token: String) -> StreamTicket? {
        guard case .expected(let ticket, _) = edges[token]?.state else { return nil }
        edges[token]?.state = .arriving(ticket: ticket)
        return ticket
    }

    /// Notes which viewer an edge has become, if the ticket is an edge's.
    package mutating func attached(_ ticket: StreamTicket, as viewer: UInt64) {
        guard !edges.isEmpty else { return }
        let edge = edges.values.first { $0.state == .arriving(ticket: ticket) }
        if let token = edge?.token { edges[token]?.state = .watching(viewer) }
    }

    @discardableResult
    package mutating func remove(_ token: String) -> Edge? { edges.removeValue(forKey: token) }

    /// Forgets those who have not fetched their stream in time, and returns their tickets.
    package mutating func expire(now: ContinuousClock.Instant) -> [StreamTicket] {
        var expired: [StreamTicket] = []
        for (token, edge) in edges {
            guard case .expected(let ticket, let until) = edge.state, now >= until else { continue }
            edges[token] = nil
            expired.append(ticket)
        }
        return expired
    }

    /// Keeps only those for whom `isThere` holds.
    package mutating func keep(where isThere: (Edge) -> Bool) {
        edges = edges.filter { isThere($0.value) }
    }

    /// So many random bytes in hexadecimal.
    package static func makeToken(bytes: Int) -> String {
        var generator = SystemRandomNumberGenerator()
        return (0..<bytes).map { _ in
            let byte = UInt8.random(in: 0...255, using: &generator)
            return (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
    }
}
