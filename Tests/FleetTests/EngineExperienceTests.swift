import Fleet
import TestSupport
import Testing

@Suite struct EngineExperienceTests {
    @Test func withoutBadExperienceTheScoreIsThatOfTheFormula() {
        var experience = EngineExperience()
        #expect(ScoreWeights().penalty(for: experience, now: .second(0)) == 0)
        for second in 1...20 { experience.recordStart(after: .seconds(4), now: .second(Int64(second))) }
        #expect(ScoreWeights().penalty(for: experience, now: .second(30)) == 0)
    }

    @Test func failuresCostMoreTheMoreOftenTheyHappenAndFade() {
        var one = EngineExperience()
        one.recordFailure(now: .second(0))
        let single = ScoreWeights().penalty(for: one, now: .second(0))
        var many = one
        for _ in 1...20 { many.recordFailure(now: .second(0)) }
        let repeated = ScoreWeights().penalty(for: many, now: .second(0))
        #expect(single == 10)
        #expect(repeated > 25 && repeated <= 30)
        #expect(ScoreWeights().penalty(for: one, now: .second(600)) == 6)
        #expect(ScoreWeights().penalty(for: many, now: .second(36_000)) == 0)
    }

    @Test func slowStartsAndStallsCostByTheirWeight() {
        var slow = EngineExperience()
        slow.recordStart(after: .seconds(8), now: .second(0))
        #expect(ScoreWeights().penalty(for: slow, now: .second(0)) == 6)
        #expect(ScoreWeights(slowSecond: 0).penalty(for: slow, now: .second(0)) == 0)
        #expect(ScoreWeights(slowSecond: 10).penalty(for: slow, now: .second(0)) == 30)
        var stalled = EngineExperience()
        stalled.recordStart(after: nil, now: .second(0))
        stalled.recordStall(now: .second(1))
        #expect(ScoreWeights().penalty(for: stalled, now: .second(1)) == 7)
        #expect(ScoreWeights(stall: 0).penalty(for: stalled, now: .second(1)) == 0)
    }

    @Test func leaseTakesTheEngineWithTheBetterExperience() throws {
        var fleet = FleetState.fixture(engines: 2)
        let failed = fleet.lease(id: "l1", content: .sample, holder: "", now: .second(1))?.lease
        #expect(failed?.engineID == "e1")
        _ = fleet.release("l1", outcome: .engineError, now: .second(2))
        let engine = try #require(fleet.engines["e1"])
        #expect(fleet.healthScore(of: engine, now: .second(2)) == 90)
        let next = fleet.lease(id: "l2", content: .sample, holder: "", now: .second(3))?.lease
        #expect(next?.engineID == "e2")
    }

    @Test func deadContentAndViewersThatLeaveSayNothingOfTheEngine() throws {
        var fleet = FleetState.fixture(engines: 1)
        for (number, outcome) in [ReleaseReason.deadContent, .cancelled].enumerated() {
            _ = fleet.lease(id: "l\(number)", content: .sample, holder: "", now: .second(1))
            _ = fleet.release("l\(number)", outcome: outcome, now: .second(2))
        }
        let engine = try #require(fleet.engines["e1"])
        #expect(fleet.healthScore(of: engine, now: .second(3)) == 100)
    }

    @Test func endsOfStreamsCount() throws {
        var fleet = FleetState.fixture(engines: 2)
        for (number, reason) in ["client_disconnected", "empty_timeout", "network_error"].enumerated() {
            let id = fleet.start(.sample("s\(number)", engineID: "e1"), now: .second(0)).stream.id
            _ = fleet.endStream(id: id, reason: reason, now: .second(1))
        }
        let experience = try #require(fleet.engines["e1"]).experience
        #expect(experience.stallRatio(now: .second(1)) > 0.1)
        #expect(experience.failureRatio(now: .second(1)) > 0.1)
        #expect(experience.failuresInRow == 1)
    }
}
