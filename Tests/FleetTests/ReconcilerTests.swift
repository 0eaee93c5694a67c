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
        #expect(actions(.fixture(engines: 2), desired: 4) == [.provision(2, .growth)])
        #expect(actions(.fixture(engines: 2), desired: 4, provisioning: 1) == [.provision(1, .growth)])
        #expect(actions(.fixture(engines: 2), desired: 4, provisioning: 2) == [])
        #expect(actions(.fixture(engines: 2), desired: 99) == [.provision(3, .growth)])
    }

    @Test func surplusIsTakenFromEnginesThatWereEmptyForTheGracePeriodOnly() {
        var fleet = FleetState.fixture(engines: 3)
        _ = fleet.start(.sample("s", engineID: "e1"), now: .second(1))
        _ = fleet.lease(id: "l", content: .sample, holder: "", now: .second(99))
        #expect(actions(fleet, desired: 0) == [.remove(id: "e3", reason: .surplus)])
        #expect(actions(fleet, desired: 0, at: 29) == [])
    }

    private func fleet(sick: [Int], of count: Int, since second: Int64 = 90) -> FleetState {
        var fleet = FleetState.fixture(engines: count)
        for number in sick {
            for _ in 1...3 { _ = fleet.recordProbe(of: "e\(number)", answered: false, now: .second(second)) }
        }
        return fleet
    }

    @Test func unhealthyEnginesAreReplacedOneAtATimeAndTheReplacementIsThereBefore() {
        var fleet = fleet(sick: [1, 2], of: 3)
        #expect(actions(fleet, desired: 3) == [.provision(2, .replacement)])
        #expect(actions(fleet, desired: 3, provisioning: 2) == [.remove(id: "e1", reason: .unhealthy)])
        for number in 4...5 {
            let endpoint = EngineEndpoint(host: "h", port: number)
            _ = fleet.add(Engine(id: "e\(number)", name: "", endpoint: endpoint, firstSeen: .second(95)))
            _ = fleet.recordProbe(of: "e\(number)", answered: true, now: .second(96))
        }
        #expect(actions(fleet, desired: 3) == [.remove(id: "e1", reason: .unhealthy)])
        _ = fleet.beginRemoval(of: "e1", reason: .unhealthy)
        #expect(actions(fleet, desired: 3) == [])
        _ = fleet.remove("e1", reason: .unhealthy, now: .second(100))
        #expect(actions(fleet, desired: 3) == [.remove(id: "e2", reason: .unhealthy)])
    }

    @Test func replacementWaitsForTheReadyOneWhereThereIsRoom() {
        let fleet = fleet(sick: [1], of: 2)
        #expect(actions(fleet, desired: 2, provisioning: 1) == [])
    }

    @Test func withoutRoomTheOldEngineGoesFirst() {
        let fleet = fleet(sick: [1, 2], of: 5)
        #expect(actions(fleet, desired: 5) == [.remove(id: "e1", reason: .unhealthy)])
    }

    @Test func unhealthyEngineHasTimeToRecoverAndSoHasTheNext() {
        let patient = Reconciler(
            maxReplicas: 2, gracePeriod: .seconds(30), startupTimeout: .seconds(10),
            unhealthyGracePeriod: .seconds(60), replacementCooldown: .seconds(20))
        let fleet = fleet(sick: [1], of: 2)
        func actions(at second: Int64, last: Int64? = nil) -> [Reconciler.Action] {
            patient.actions(
                desired: 2, fleet: fleet, exited: [], provisioning: 0,
                lastReplacement: last.map { .second($0) }, now: .second(second))
        }
        #expect(actions(at: 149) == [])
        #expect(actions(at: 150) == [.remove(id: "e1", reason: .unhealthy)])
        #expect(actions(at: 150, last: 131) == [])
        #expect(actions(at: 151, last: 131) == [.remove(id: "e1", reason: .unhealthy)])
    }

    @Test func withoutAnyUsableEngineUnhealthyOnesStayUntilAReplacementWorks() {
        #expect(actions(fleet(sick: [1, 2, 3, 4, 5], of: 5), desired: 5) == [.provision(1, .replacement)])
    }

    @Test func engineThatNeverAnswersIsRemovedAfterTheStartupTimeout() {
        var fleet = FleetState.fixture(engines: 1)
        _ = fleet.add(
            Engine(id: "late", name: "late", endpoint: EngineEndpoint(host: "h", port: 1), firstSeen: .second(95)))
        #expect(actions(fleet, desired: 2, at: 104) == [])
        #expect(
            actions(fleet, desired: 2, at: 105) == [.remove(id: "late", reason: .startTimeout), .provision(1, .growth)])
    }

    @Test func recordsOfEndedEnginesAreFreed() {
        #expect(actions(.fixture(engines: 1), desired: 1, exited: ["x"]) == [.remove(id: "x", reason: .exited)])
    }
}
