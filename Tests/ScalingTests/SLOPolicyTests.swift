import Scaling
import Testing

@Suite struct SLOPolicyTests {
    private func policy(minFree: Int = 2, max: Int = 20, hold: Int64 = 30_000) -> SLOPolicy {
        SLOPolicy(bounds: ScalingBounds(minFree: minFree, maxReplicas: max, holdMilliseconds: hold))
    }

    private func signals(
        at: Int64 = 0, current: Int, used: Int = 0, load: Int? = nil, slots: Int = 1, waiting: Int = 0,
        rate: Double = 0, lead: Double = 1, dispersion: Double = 1, burn: Double = 0, floor: Int = 0
    ) -> ScalingSignals {
        ScalingSignals(
            at: at, current: current, free: current - used, used: used, load: load ?? used, slotsPerEngine: slots,
            waiting: waiting, demand: DemandMeter.Estimate(startsPerSecond: rate, dispersion: dispersion),
            leadTimeSeconds: lead, burnRate: burn, floor: floor)
    }

    @Test func keepsTheMinimumFreeWithoutDemand() {
        var policy = policy()
        let decision = policy.decide(signals(current: 0))
        #expect(decision.desired == 2)
        #expect(decision.direction == .up)
        #expect(decision.reason.hasSuffix("MIN_REPLICAS keeps 2; 0 free now: add 2"))
    }

    /// The quantiles of the Poisson distribution with mean 1.32, 5 and 100.
    @Test(arguments: [(1.32, 0.0, 5), (1.32, 1.0, 6), (5.0, 0.0, 11), (5.0, 1.0, 13), (100.0, 0.0, 124)])
    func freeEnginesAreTheQuantileOfStartsDuringTheLeadTime(mean: Double, burn: Double, expected: Int) {
        var policy = policy(minFree: 0, max: 1000)
        #expect(policy.decide(signals(current: 0, rate: mean, burn: burn)).inputs.freeTarget == expected)
    }

    @Test func reasonCarriesTheNumbers() {
        var policy = policy()
        let decision = policy.decide(signals(current: 5, used: 3, rate: 1.2, lead: 1.1))
        #expect(
            decision.reason
                == "start rate 1.2/s × lead time 1.1 s → 5 free engines at the 99 % quantile; 2 free now: add 3")
    }

    @Test func burstierDemandNeedsMore() {
        var policy = policy(minFree: 0)
        let even = policy.decide(signals(current: 0, rate: 2)).inputs.freeTarget
        let bursty = policy.decide(signals(current: 0, rate: 2, dispersion: 4)).inputs.freeTarget
        #expect(bursty > even)
    }

    @Test func waitingRequestsAddEnginesAtOnce() {
        var policy = policy()
        #expect(policy.decide(signals(current: 2, used: 2, waiting: 3)).desired == 7)
    }

    @Test func scaleInWaitsForTheHoldTimeAndGoesInSteps() {
        var policy = policy()
        #expect(policy.decide(signals(at: 0, current: 8, used: 6)).desired == 8)
        let held = policy.decide(signals(at: 29_000, current: 8, used: 0))
        #expect(held.direction == .hold)
        #expect(held.reason.contains("fewer must suffice for 30 s first"))
        let later = policy.decide(signals(at: 31_000, current: 8, used: 0))
        #expect(later.desired == 6)
        #expect(later.direction == .down)
    }

    @Test func whatRunsAtTheStartStaysForTheHoldTime() {
        var policy = policy(hold: 30_000)
        for second in 0..<30 {
            #expect(policy.decide(signals(at: Int64(second) * 1000, current: 7)).direction == .hold)
        }
        #expect(policy.decide(signals(at: 30_000, current: 7)).direction == .down)
    }

    @Test func floorSetByHandHoldsUntilChanged() {
        var policy = policy(hold: 0)
        #expect(policy.decide(signals(at: 0, current: 2, floor: 6)).desired == 6)
        #expect(policy.decide(signals(at: 1000, current: 6, floor: 6)).direction == .hold)
        #expect(policy.decide(signals(at: 2000, current: 6, floor: 0)).desired == 4)
    }

    @Test func neverBeyondTheMaximum() {
        var policy = policy(max: 4)
        let decision = policy.decide(signals(current: 4, used: 4, waiting: 9, rate: 50))
        #expect(decision.desired == 4)
        #expect(decision.reason.hasSuffix("hold 4 (limited by MAX_REPLICAS)"))
    }

    @Test(arguments: [Double.nan, .infinity, -1])
    func missingSignalHolds(rate: Double) {
        var policy = policy()
        let decision = policy.decide(signals(current: 7, rate: rate))
        #expect(decision.desired == 7)
        #expect(decision.direction == .hold)
    }

    @Test func enginesWithSeveralSlotsAreCountedBySlots() {
        var policy = policy(minFree: 0)
        let decision = policy.decide(signals(current: 2, used: 2, load: 5, slots: 4, rate: 5))
        #expect(decision.desired == 4)
    }
}
