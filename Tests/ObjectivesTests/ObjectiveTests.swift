import Objectives
import Testing

@Suite struct ObjectiveTests {
    private func objective() -> Objective {
        Objective(name: "start", target: 0.99, windowMilliseconds: 3_600_000, bucketMilliseconds: 1000)
    }

    @Test func withoutEventsNothingIsBurnt() {
        #expect(objective().burnRate(overLast: 60_000, now: 0) == 0)
        #expect(objective().budgetLeft(now: 0) == 1)
    }

    @Test func burnRateIsTheShareOfBadEventsOverTheShareAllowed() {
        var objective = objective()
        for number in 0..<100 { objective.record(isGood: number != 0, at: 1000) }
        #expect(abs(objective.burnRate(overLast: 60_000, now: 2000) - 1) < 1e-9)
        #expect(objective.budgetLeft(now: 2000) < 1e-9)
        objective.record(isGood: false, at: 1000)
        #expect(objective.budgetLeft(now: 2000) == 0)
    }

    @Test func burnOfAShortWindowPassesBeforeTheBudgetRecovers() {
        var objective = objective()
        for _ in 0..<995 { objective.record(isGood: true, at: 0) }
        for _ in 0..<5 { objective.record(isGood: false, at: 0) }
        #expect(objective.burnRate(overLast: 60_000, now: 120_000) == 0)
        #expect(abs(objective.budgetLeft(now: 120_000) - 0.5) < 1e-9)
        #expect(objective.budgetLeft(now: 3_700_000) == 1)
    }

    @Test(arguments: [0, 1, -3, 2, Double.nan])
    func anyTargetGivesFiniteRates(target: Double) {
        var objective = Objective(name: "x", target: target, windowMilliseconds: 0, bucketMilliseconds: 0)
        objective.record(isGood: false, at: 5)
        #expect(objective.burnRate(overLast: 1, now: 5).isFinite)
        #expect((0...1).contains(objective.budgetLeft(now: 5)))
    }
}
