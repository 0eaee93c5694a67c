import ProxyService
import Testing

@Suite struct ArrivalHistoryTests {
    @Test func thePositionOfATimeIsThatOfTheMarkBefore() {
        var history = ArrivalHistory()
        let start = ContinuousClock.now
        for second in 0..<20 {
            history.note(UInt64(second * 100), at: start + .seconds(second), keeping: .seconds(5))
        }
        let now = start + .seconds(19)
        #expect(history.position(at: now - .seconds(5)) == 1400)
        #expect(history.position(at: now - .milliseconds(4500)) == 1400)
        #expect(history.position(at: now) == 1900)
        // What is older than asked for is forgotten.
        #expect(history.position(at: start) == 0)
    }

    @Test func aStreamThatIsYoungerBeginsAtItsBeginning() {
        var history = ArrivalHistory()
        let start = ContinuousClock.now
        history.note(500, at: start, keeping: .seconds(10))
        #expect(history.position(at: start - .seconds(10)) == 0)
    }
}
