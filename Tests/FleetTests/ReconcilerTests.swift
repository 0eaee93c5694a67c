import Fleet
import Testing

@Suite struct ReconcilerTests {
    private let reconciler = Reconciler(maxReplicas: 5, gracePeriod: .seconds(30), startupTimeout: .seconds(10))

    private func actions(
        _ fleet: FleetState, desired: Int, exited: [String] = [], provisioning: Int = 0, at second: Int64 = 100
    ) -> [Reconciler.Action] {
        reconciler.actions(
            desired: desired, fleet: fleet, exited: exited, provisioning: provisioning, now: .second(second))
    }

    @Test func createsWhatIsMissingCountingWhatIsUnderWay() {
        #expect(actions(.fixture(engines: 2), desired: 4) == [.provision(2)])
        #expect(actions(.fixture(engines: 2), desired: 4, provisioning: 1) == [.provision(1)])
        #expect(actions(.fixture(engines: 2), desired: 4, provisioning: 2) == [])
        #expect(actions(.fixture(engines: 2), desired: 99) == [.provision(3)])
    }

    @Test func surplusIsTakenFromEnginesThatWereEmptyForTheGracePeriodOnly() {
        var fleet = FleetState.fixture(engines: 3)
        _ = fleet.start(.sample("s", engineID: "e1"), now: .second(1))
        _ = fleet.lease(id: "l", content: .sample, holder: "", now: .second(99))
        #expect(actions(fleet, desired: 0) == [.remove(id: "e3", reason: .surplus)])
        #expect(actions(fleet, desired: 0, at: 29) == [])
    }

    @Test func unhealthyEnginesAreReplacedOneAtATime() {
        var fleet = FleetState.fixture(engines: 3)
        for id in ["e1", "e2"] {
            for _ in 1...3 { _ = fleet.recordProbe(of: id, answered: false, now: .second(90)) }
        }
        #expect(actions(fleet, desired: 3) == [.remove(id: "e1", reason: .unhealthy), .provision(2)])
        _ = fleet.beginRemoval(of: "e1", reason: .unhealthy)
        #expect(actions(fleet, desired: 3, provisioning: 2) == [])
        _ = fleet.remove("e1", reason: .unhealthy, now: .second(100))
        #expect(actions(fleet, desired: 3, provisioning: 2) == [.remove(id: "e2", reason: .unhealthy)])
    }

    @Test func withoutAnyUsableEngineUnhealthyOnesStayUntilAReplacementWorks() {
        var fleet = FleetState.fixture(engines: 5)
        for number in 1...5 {
            for _ in 1...3 { _ = fleet.recordProbe(of: "e\(number)", answered: false, now: .second(90)) }
        }
        #expect(actions(fleet, desired: 5) == [.provision(1)])
    }

    @Test func engineThatNeverAnswersIsRemovedAfterTheStartupTimeout() {
        var fleet = FleetState.fixture(engines: 1)
        _ = fleet.add(
            Engine(id: "late", name: "late", endpoint: EngineEndpoint(host: "h", port: 1), firstSeen: .second(95)))
        #expect(actions(fleet, desired: 2, at: 104) == [])
        #expect(actions(fleet, desired: 2, at: 105) == [.remove(id: "late", reason: .startTimeout), .provision(1)])
    }

    @Test func recordsOfEndedEnginesAreFreed() {
        #expect(actions(.fixture(engines: 1), desired: 1, exited: ["x"]) == [.remove(id: "x", reason: .exited)])
    }
}
