import TestSupport
import Testing

@Suite struct TrendTests {
    @Test func aLineHasItsSlopeAndNoNoise() throws {
        let trend = try #require(Trend((0..<20).map { (Double($0), 5 + 0.25 * Double($0)) }))
        #expect(abs(trend.slope - 0.25) < 1e-9)
        #expect(trend.noise < 1e-9)
    }

    @Test func outliersDoNotMoveIt() throws {
        var samples = (0..<40).map { (time: Double($0), value: 100 + 2 * Double($0)) }
        for index in stride(from: 3, to: 40, by: 8) { samples[index].value += 10_000 }
        let trend = try #require(Trend(samples))
        #expect(abs(trend.slope - 2) < 0.1)
    }

    @Test func aStepInTheFirstQuarterIsNoGrowth() throws {
        let trend = try #require(Trend((0..<40).map { (Double($0), $0 < 10 ? 0 : 50) }))
        #expect(trend.slope == 0)
    }

    @Test func noiseAroundALevelHasNoSlopeToSpeakOf() throws {
        var random = SeededGenerator(seed: 7)
        let samples = (0..<200).map { (time: Double($0), value: Double.random(in: -1...1, using: &random)) }
        let trend = try #require(Trend(samples))
        #expect(abs(trend.slope) < 0.004)
        #expect((0.3...0.7).contains(trend.noise))
    }

    @Test func withoutTwoTimesThereIsNone() {
        #expect(Trend([]) == nil)
        #expect(Trend([(1, 1)]) == nil)
        #expect(Trend([(1, 1), (1, 2)]) == nil)
    }
}
