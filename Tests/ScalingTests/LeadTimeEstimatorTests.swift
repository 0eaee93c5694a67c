import Scaling
import Testing

@Suite struct LeadTimeEstimatorTests {
    @Test func assumesTenSecondsUntilSomethingWasMeasured() {
        #expect(LeadTimeEstimator().seconds == 10)
    }

    @Test func isAnUpperQuantileOfRecentStarts() {
        var estimator = LeadTimeEstimator()
        for tenth in 1...10 { estimator.record(seconds: Double(tenth)) }
        #expect(estimator.seconds == 9)
        for _ in 1...50 { estimator.record(seconds: 0.5) }
        #expect(estimator.seconds == 0.5)
    }

    @Test func nonsenseIsDropped() {
        var estimator = LeadTimeEstimator()
        for value in [Double.nan, .infinity, -1] { estimator.record(seconds: value) }
        #expect(estimator.seconds == 10)
    }
}
