import ProxyService
import Testing

@Suite struct EdgeViewersTests {
    private let start = ContinuousClock.now

    private func ticket(_ id: UInt64) -> StreamTicket {
        StreamTicket(sessionID: 7, id: id, demand: ViewerDemand(kind: .join, requestedAt: start))
    }

    @Test func oneThatNeverFetchesItsStreamGivesItsTicketBack() throws {
        var edges = EdgeViewers()
        let lazy = try #require(edges.expect(ticket(1), player: "a", now: start))
        let eager = try #require(edges.expect(ticket(2), player: "b", now: start))
        #expect(lazy != eager)
        #expect(edges.redeem(eager) == ticket(2))
        edges.attached(ticket(2), as: 99)
        #expect(edges.expire(now: start + EdgeViewers.patience - .milliseconds(1)).isEmpty)
        #expect(edges.expire(now: start + EdgeViewers.patience) == [ticket(1)])
        #expect(edges[lazy] == nil)
        #expect(edges[eager]?.state == .watching(99))
        #expect(edges.redeem(lazy) == nil)
    }

    @Test func aStreamIsFetchedOnce() throws {
        var edges = EdgeViewers()
        let token = try #require(edges.expect(ticket(1), player: "a", now: start))
        #expect(edges.redeem(token) == ticket(1))
        #expect(edges.redeem(token) == nil)
        #expect(edges.redeem("unknown") == nil)
    }

    @Test func otherViewersTicketsAreNoEdges() throws {
        var edges = EdgeViewers()
        let token = try #require(edges.expect(ticket(1), player: "a", now: start))
        edges.attached(ticket(1), as: 5)
        #expect(edges[token]?.state == .expected(ticket: ticket(1), until: start + EdgeViewers.patience))
    }

    @Test func theirNumberIsBounded() throws {
        var edges = EdgeViewers()
        for number in 0..<EdgeViewers.limit {
            #expect(edges.expect(ticket(UInt64(number)), player: "\(number)", now: start) != nil)
        }
        #expect(edges.expect(ticket(0), player: "more", now: start) == nil)
        #expect(edges.count == EdgeViewers.limit)
    }
}
