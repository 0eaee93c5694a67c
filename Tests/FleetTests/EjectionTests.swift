import Fleet
import TestSupport
import Testing

@Suite struct EjectionTests {
    private func fleet(engines: Int, _ policy: EjectionPolicy = EjectionPolicy(failures: 2)) -> FleetState {
        var fleet = FleetState(limits: FleetState.Limits(maxStreamsPerEngine: 9, ejection: policy))
        for number in 1...engines {
            let endpoint = EngineEndpoint(host: "h", port: number)
            _ = fleet.add(Engine(id: "e\(number)", name: "e\(number)", endpoint: endpoint, firstSeen: .second(0)))
            _ = fleet.recordProbe(of: "e\(number)", answered: true, now: .second(0))
        }
        return fleet
    }

    /// A start on the engine that fails; the others are left out by name.
    private func fail(_ id: String, in fleet: inout FleetState, at second: Int64) -> [FleetChange] {
        let others = ExcludedEngines(fleet.engines.keys.filter { $0 != id })
        guard
            let lease = fleet.lease(
                id: "l\(second)", content: .sample, holder: "", excluding: others, now: .second(second))?.lease
        else { return [] }
        return fleet.release(lease.id, outcome: .engineError, now: .second(second))
    }

    @Test func engineWhoseStartsKeepFailingGetsNoneForAGrowingTime() throws {
        var fleet = fleet(engines: 3)
        var second: Int64 = 1
        for ejection in 1...3 {
            _ = fail("e1", in: &fleet, at: second)
            let changes = fail("e1", in: &fleet, at: second + 1)
            let engine = try #require(fleet.engines["e1"])
            #expect(changes.contains(.engineEjected(engine)))
            #expect(engine.ejectedUntil == .second(second + 1) + .seconds(30 * ejection))
            #expect(fail("e1", in: &fleet, at: second + 2) == [])
            second += 2 + Int64(30 * ejection)
            #expect(fleet.readmit(now: .second(second - 2)).isEmpty)
            #expect(fleet.readmit(now: .second(second)).count == 1)
        }
        // A good start makes the next ejection a short one again.
        for session in 1...3 { _ = fleet.start(.sample("s\(session)", engineID: "e1"), now: .second(second)) }
        #expect(fleet.engines["e1"]?.experience.ejections == 0)
    }

    @Test func lastUsableEngineIsNeverEjectedAndNeverTooManyAre() {
        var one = fleet(engines: 1)
        for second in 1...10 { _ = fail("e1", in: &one, at: Int64(second)) }
        #expect(one.engines["e1"]?.isEjected == false)
        var four = fleet(engines: 4)
        for second in 0..<40 { _ = fail("e\(second % 4 + 1)", in: &four, at: Int64(second)) }
        #expect(four.engines.values.count(where: \.isEjected) == 2)
    }

    @Test func ejectedEngineServesWhenTheOthersAreGone() {
        var fleet = fleet(engines: 2)
        for second in 1...2 { _ = fail("e1", in: &fleet, at: Int64(second)) }
        #expect(fleet.engines["e1"]?.isEjected == true)
        #expect(fleet.freeEngineCount == 1)
        _ = fleet.remove("e2", reason: .exited, now: .second(3))
        let lease = fleet.lease(id: "x", content: .sample, holder: "", now: .second(4))?.lease
        #expect(lease?.engineID == "e1")
    }

    @Test func zeroFailuresSwitchItOff() {
        var fleet = fleet(engines: 3, EjectionPolicy(failures: 0))
        for second in 1...20 { _ = fail("e1", in: &fleet, at: Int64(second)) }
        #expect(fleet.engines["e1"]?.isEjected == false)
    }

    @Test(arguments: UInt64(1)...20)
    func whateverHappensAUsableEngineIsEligible(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var fleet = fleet(engines: 5)
        for second in Int64(1)...500 {
            let id = "e\(Int.random(in: 1...5, using: &random))"
            switch Int.random(in: 0..<4, using: &random) {
            case 0: _ = fail(id, in: &fleet, at: second)
            case 1: _ = fleet.recordProbe(of: id, answered: random.chance(60), now: .second(second))
            case 2: _ = fleet.readmit(now: .second(second))
            default: _ = fleet.start(.sample("s\(second)", engineID: id), now: .second(second))
            }
            let usable = fleet.engines.values.count(where: \.isUsable)
            let eligible = fleet.engines.values.count { fleet.isEligible($0) }
            #expect(usable == 0 || eligible > 0, "seed \(seed)")
        }
    }
}
