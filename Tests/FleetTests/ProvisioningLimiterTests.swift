import Fleet
import Testing

@Suite struct ProvisioningLimiterTests {
    @Test func boundsConcurrencyAndPace() {
        var limiter = ProvisioningLimiter(maxConcurrent: 2, minInterval: .milliseconds(500))
        #expect(limiter.begin(now: .second(1)) == .granted)
        #expect(limiter.begin(now: .second(1)) == .notBefore(Timestamp(milliseconds: 1500)))
        #expect(limiter.begin(now: .second(2)) == .granted)
        #expect(limiter.begin(now: .second(3)) == .busy)
        limiter.finish()
        #expect(limiter.begin(now: .second(4)) == .granted)
    }
}
