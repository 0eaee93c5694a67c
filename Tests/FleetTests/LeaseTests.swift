import Fleet
import Testing

@Suite struct LeaseTests {
    @Test func neverGrantsMoreSlotsThanEnginesHave() {
        var fleet = FleetState.fixture(engines: 2, slots: 2)
        let granted = (1...10).compactMap { number in
            fleet.lease(id: "l\(number)", content: .sample, holder: "", now: .second(1))?.lease.engineID
        }
        #expect(granted.count == 4)
        #expect(granted.filter { $0 == "e1" }.count == 2)
    }

    @Test func runningStreamsCountAgainstTheLimit() {
        var fleet = FleetState.fixture(engines: 1)
        _ = fleet.start(.sample("s", engineID: "e1"), now: .second(1))
        #expect(fleet.lease(id: "l", content: .sample, holder: "", now: .second(2)) == nil)
        _ = fleet.endStream(id: "abc|s", reason: "completed", now: .second(3))
        #expect(fleet.lease(id: "l", content: .sample, holder: "", now: .second(4)) != nil)
    }

    @Test func leaseBecomesTheStreamOfItsEngine() {
        var fleet = FleetState.fixture(engines: 2)
        let lease = fleet.lease(id: "l", content: .sample, holder: "", now: .second(1))?.lease
        let (stream, changes) = fleet.start(.sample("s", leaseID: "l"), now: .second(2))
        #expect(stream.engineID == lease?.engineID)
        #expect(fleet.leases.isEmpty)
        #expect(fleet.load(of: stream.engineID) == 1)
        #expect(changes.contains { if case .leaseEnded(_, .confirmed) = $0 { true } else { false } })
    }

    @Test func expiredLeaseFreesItsSlotExactlyAtItsEnd() {
        var fleet = FleetState.fixture(engines: 1)
        _ = fleet.lease(id: "l", content: .sample, holder: "", now: .second(1))
        #expect(fleet.expireLeases(now: Timestamp(milliseconds: 30_999)).isEmpty)
        #expect(fleet.expireLeases(now: .second(31)).count == 1)
        #expect(fleet.load(of: "e1") == 0)
    }

    @Test func releasingTwiceFreesOneSlotOnly() {
        var fleet = FleetState.fixture(engines: 1, slots: 2)
        _ = fleet.lease(id: "a", content: .sample, holder: "", now: .second(1))
        _ = fleet.lease(id: "b", content: .sample, holder: "", now: .second(1))
        #expect(!fleet.release("a", outcome: .cancelled, now: .second(2)).isEmpty)
        #expect(fleet.release("a", outcome: .cancelled, now: .second(2)).isEmpty)
        #expect(fleet.load(of: "e1") == 1)
    }

    @Test func enginesThatAreUnreadyUnhealthyOrLeavingGetNoLease() {
        var fleet = FleetState.fixture(engines: 3)
        _ = fleet.add(
            Engine(id: "new", name: "n", endpoint: EngineEndpoint(host: "h", port: 1), firstSeen: .second(0)))
        for _ in 1...3 { _ = fleet.recordProbe(of: "e1", answered: false, now: .second(1)) }
        let begun = fleet.beginRemoval(of: "e2", reason: .requested)
        #expect(begun)
        let first = fleet.lease(id: "a", content: .sample, holder: "", now: .second(2))?.lease.engineID
        #expect(first == "e3")
        #expect(fleet.lease(id: "b", content: .sample, holder: "", now: .second(2)) == nil)
    }

    @Test func simultaneousLeasesSpreadOverEngines() {
        var fleet = FleetState.fixture(engines: 3, slots: 3)
        let engines = (1...3).compactMap {
            fleet.lease(id: "l\($0)", content: .sample, holder: "", now: .second(1))?.lease.engineID
        }
        #expect(Set(engines).count == 3)
    }
}
