import Fleet
import TestSupport
import Testing

@Suite struct ProbeScheduleTests {
    private var random = SeededGenerator(seed: 5)

    @Test mutating func neverMoreThanAllowedBesideEachOtherAndNobodyIsForgotten() {
        let fleet = FleetState.fixture(engines: 250)
        var schedule = ProbeSchedule(interval: .seconds(20), maxConcurrent: 100)
        var asked: Set<String> = []
        for _ in 0..<3 {
            let batch = schedule.take(from: fleet, now: .second(1))
            #expect(schedule.underWay.count <= 100)
            asked.formUnion(batch.map(\.id))
            for engine in batch { schedule.finished(engine.id, isSettled: true, now: .second(1), using: &random) }
        }
        #expect(asked.count == 250)
    }

    @Test mutating func engineUnderWayIsNotAskedAgain() {
        let fleet = FleetState.fixture(engines: 3)
        var schedule = ProbeSchedule(interval: .seconds(20), maxConcurrent: 2)
        #expect(schedule.take(from: fleet, now: .second(1)).count == 2)
        #expect(schedule.take(from: fleet, now: .second(99)).isEmpty)
        schedule.finished("e1", isSettled: true, now: .second(99), using: &random)
        #expect(schedule.take(from: fleet, now: .second(99)).map(\.id) == ["e3"])
    }

    /// Engines adopted together are asked together once and spread over the interval from then on.
    @Test mutating func probesSpreadOverTheInterval() {
        let fleet = FleetState.fixture(engines: 200)
        var schedule = ProbeSchedule(interval: .seconds(20), maxConcurrent: 1000)
        var counts: [Int] = []
        for second in Int64(1)...200 {
            let batch = schedule.take(from: fleet, now: .second(second))
            for engine in batch { schedule.finished(engine.id, isSettled: true, now: .second(second), using: &random) }
            counts.append(batch.count)
        }
        #expect(counts[0] == 200)
        let later = counts[60...]
        #expect(later.allSatisfy { $0 <= 40 })
        // Each about once in the interval.
        let total = later.reduce(0, +)
        #expect((1200...1600).contains(total))
    }

    @Test mutating func engineThatFailedIsAskedAgainSoon() {
        let fleet = FleetState.fixture(engines: 1)
        var schedule = ProbeSchedule(interval: .seconds(20), maxConcurrent: 10)
        #expect(schedule.take(from: fleet, now: .second(1)).count == 1)
        schedule.finished("e1", isSettled: false, now: .second(1), using: &random)
        #expect(schedule.take(from: fleet, now: .second(1)).isEmpty)
        #expect(schedule.take(from: fleet, now: .second(3)).count == 1)
    }
}
