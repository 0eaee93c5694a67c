import Fleet
import Testing

@Suite struct CircuitBreakerTests {
    private func opened() -> CircuitBreaker {
        var breaker = CircuitBreaker(failureThreshold: 3, recoveryTimeout: .seconds(60))
        for second in 1...3 { breaker.recordFailure(now: .second(Int64(second))) }
        return breaker
    }

    @Test func opensAfterFailuresInARowOnly() {
        var breaker = CircuitBreaker(failureThreshold: 3, recoveryTimeout: .seconds(60))
        breaker.recordFailure(now: .second(1))
        breaker.recordFailure(now: .second(2))
        breaker.recordSuccess(now: .second(3))
        breaker.recordFailure(now: .second(4))
        breaker.recordFailure(now: .second(5))
        #expect(breaker.state(now: .second(5)) == .closed)
        breaker.recordFailure(now: .second(6))
        #expect(breaker.state(now: .second(6)) == .open)
    }

    @Test func admitsExactlyOneProbeAfterTheRecoveryTime() {
        var breaker = opened()
        let admissions = [62, 63, 63, 9999].map { breaker.admit(now: .second($0)) != nil }
        #expect(admissions == [false, true, false, false])
    }

    @Test func probeDecidesWhetherItClosesOrOpensAgain() throws {
        var good = opened()
        let firstPermit = good.admit(now: .second(63))
        let first = try #require(firstPermit)
        good.recordSuccess(first, now: .second(64))
        #expect(good.state(now: .second(64)) == .closed)
        var bad = opened()
        let secondPermit = bad.admit(now: .second(63))
        let second = try #require(secondPermit)
        bad.recordFailure(second, now: .second(64))
        #expect(bad.state(now: .second(64)) == .open)
        #expect(bad.timeUntilProbe(now: .second(64)) == .seconds(60))
    }

    @Test func abandonedProbeLetsAnotherOneThrough() throws {
        var breaker = opened()
        let probePermit = breaker.admit(now: .second(63))
        let probe = try #require(probePermit)
        breaker.recordAbandoned(probe)
        let again = breaker.admit(now: .second(64))
        #expect(again != nil)
    }

    /// A recovery timeout shorter than an attempt: those that began while it was closed end during the probe.
    @Test func whatBeganBeforeItOpenedSaysNothingAboutTheProbe() throws {
        var breaker = CircuitBreaker(failureThreshold: 1, recoveryTimeout: .seconds(1))
        let early = (1...4).compactMap { breaker.admit(now: .second($0)) }
        try #require(early.count == 4)
        breaker.recordFailure(early[0], now: .second(10))
        let probePermit = breaker.admit(now: .second(11))
        let probe = try #require(probePermit)
        breaker.recordFailure(early[1], now: .second(12))
        breaker.recordAbandoned(early[2])
        breaker.recordSuccess(early[3], now: .second(13))
        #expect(breaker.state(now: .second(14)) == .halfOpen)
        let other = breaker.admit(now: .second(20))
        #expect(other == nil, "the probe is still under way")
        breaker.recordFailure(probe, now: .second(30))
        #expect(breaker.state(now: .second(30)) == .open)
        #expect(!breaker.allowsRepetition(of: probe))
    }
}
