import Catalogue
import ProxyService
import Testing

@Suite struct EdgeViewersTests {
    private let start = ContinuousClock.now

    private func ticket(_ id: UInt64) -> StreamTicket {
        StreamTicket(sessionID: 7, id: id, demand: ViewerDemand(kind: .join, requestedAt: start))
    }

    @Test func oneThatNeverFetchesItsStreamGivesItsTicketBack() throws {
        var redeemed: StreamTicket?
        var edges = EdgeViewers()
        let lazyToken = edges.expect(ticket(1), player: "a", now: start)
        let lazy = try #require(lazyToken)
        let eagerToken = edges.expect(ticket(2), player: "b", now: start)
        let eager = try #require(eagerToken)
        #expect(lazy != eager)
        redeemed = edges.redeem(eager)
        #expect(redeemed == ticket(2))
        edges.attached(ticket(2), as: 99)
        let early = edges.expire(now: start + EdgeViewers.patience - .milliseconds(1))
        #expect(early.isEmpty)
        let expired = edges.expire(now: start + EdgeViewers.patience)
        #expect(expired == [ticket(1)])
        #expect(edges[lazy] == nil)
        #expect(edges[eager]?.state == .watching(99))
        redeemed = edges.redeem(lazy)
        #expect(redeemed == nil)
    }

    @Test func aStreamIsFetchedOnce() throws {
        var redeemed: StreamTicket?
        var edges = EdgeViewers()
        let issued = edges.expect(ticket(1), player: "a", now: start)
        let token = try #require(issued)
        redeemed = edges.redeem(token)
        #expect(redeemed == ticket(1))
        redeemed = edges.redeem(token)
        #expect(redeemed == nil)
        redeemed = edges.redeem("unknown")
        #expect(redeemed == nil)
    }

    @Test func otherViewersTicketsAreNoEdges() throws {
        var edges = EdgeViewers()
        let issued = edges.expect(ticket(1), player: "a", now: start)
        let token = try #require(issued)
        edges.attached(ticket(1), as: 5)
        #expect(edges[token]?.state == .expected(ticket: ticket(1), until: start + EdgeViewers.patience))
    }

    @Test func theirNumberIsBounded() throws {
        var edges = EdgeViewers()
        for number in 0..<EdgeViewers.limit {
            let token = edges.expect(ticket(UInt64(number)), player: "\(number)", now: start)
            #expect(token != nil)
        }
        let more = edges.expect(ticket(0), player: "more", now: start)
        #expect(more == nil)
        #expect(edges.count == EdgeViewers.limit)
    }
}
