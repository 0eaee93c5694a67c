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
        let early = breaker.admit(now: .second(62))
        let probe = breaker.admit(now: .second(63))
        let second = breaker.admit(now: .second(63))
        let much = breaker.admit(now: .second(9999))
        #expect([early, probe, second, much] == [false, true, false, false])
    }

    @Test func probeDecidesWhetherItClosesOrOpensAgain() {
        var good = opened()
        _ = good.admit(now: .second(63))
        good.recordSuccess(now: .second(64))
        #expect(good.state(now: .second(64)) == .closed)
        var bad = opened()
        _ = bad.admit(now: .second(63))
        bad.recordFailure(now: .second(64))
        #expect(bad.state(now: .second(64)) == .open)
        #expect(bad.timeUntilProbe(now: .second(64)) == .seconds(60))
    }

    @Test func abandonedProbeLetsAnotherOneThrough() {
        var breaker = opened()
        _ = breaker.admit(now: .second(63))
        breaker.recordAbandoned()
        let again = breaker.admit(now: .second(64))
        #expect(again)
    }
}
