import Objectives
import Testing

@Suite struct EventWindowTests {
    @Test func countsOnlyTheTimeAskedFor() {
        var window = EventWindow(bucketMilliseconds: 1000, bucketCount: 60)
        for second in Int64(0)..<60 { window.record(isGood: second % 2 == 0, at: second * 1000) }
        #expect(window.counts(overLast: 10_000, now: 59_999) == EventWindow.Counts(good: 5, total: 10))
        #expect(window.counts(overLast: 60_000, now: 59_999).total == 60)
        #expect(window.counts(overLast: 600_000, now: 59_999).total == 60)
        #expect(window.counts(overLast: 10_000, now: 200_000).total == 0)
    }

    @Test func forgetsWhatIsOlderThanTheWindowAndDropsWhatComesTooLate() {
        var window = EventWindow(bucketMilliseconds: 1000, bucketCount: 10)
        window.record(isGood: true, at: 5_000)
        window.record(isGood: true, at: 15_000)
        window.record(isGood: false, at: 5_000)
        #expect(window.counts(overLast: 10_000, now: 15_000) == EventWindow.Counts(good: 1, total: 1))
    }

    @Test func totalsOfFinishedBucketsComeInOrder() {
        var window = EventWindow(bucketMilliseconds: 1000, bucketCount: 10)
        for (second, count) in [(Int64(1), 2), (2, 0), (3, 3)] {
            for _ in 0..<count { window.record(isGood: true, at: second * 1000 + 10) }
        }
        #expect(window.totals(ofLast: 3, now: 4_500) == [2, 0, 3])
    }
}
