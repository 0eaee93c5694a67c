import Scaling
import Testing

@Suite struct DemandMeterTests {
    @Test func nothingMeansZero() {
        #expect(DemandMeter().estimate(now: 5_000_000).startsPerSecond == 0)
    }

    @Test func burstRaisesTheRateAtOnceAndFades() {
        var meter = DemandMeter()
        for _ in 0..<30 { meter.recordStart(at: 1_000_500) }
        #expect(meter.estimate(now: 1_000_900).startsPerSecond == 3)
        #expect(meter.estimate(now: 1_100_000).startsPerSecond < 0.5)
        #expect(meter.estimate(now: 1_400_000).startsPerSecond == 0)
    }

    @Test func steadyStartsAreNotOverDispersedAndBurstsAre() {
        var steady = DemandMeter()
        var bursty = DemandMeter()
        for second in Int64(0)..<120 {
            for _ in 0..<2 { steady.recordStart(at: second * 1000) }
            for _ in 0..<(second % 20 == 0 ? 40 : 0) { bursty.recordStart(at: second * 1000) }
        }
        let calm = steady.estimate(now: 119_500)
        let wild = bursty.estimate(now: 119_500)
        #expect(abs(calm.startsPerSecond - 2) < 0.1)
        #expect(calm.dispersion == 1)
        #expect(wild.dispersion == 8)
    }
}
