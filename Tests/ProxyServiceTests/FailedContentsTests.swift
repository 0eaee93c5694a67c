import Fleet
import ProxyService
import Testing

@Suite struct FailedContentsTests {
    private func content(_ number: Int) -> ContentKey { ContentKey(kind: .contentID, value: "\(number)") }

    @Test func aFailureIsForgottenAfterAMinuteOrByASuccess() {
        let start = ContinuousClock.now
        let contents = [content(1), content(2)]
        var failed = FailedContents()
        failed.insert(content(1), now: start)
        #expect(failed.without(contents, now: start + .seconds(59)) == [content(2)])
        #expect(failed.without(contents, now: start + .seconds(60)) == contents)
        failed.remove(content(1))
        #expect(failed.without(contents, now: start) == contents)
    }

    @Test func theirNumberIsBoundedAndTheOldestGiveWay() {
        let start = ContinuousClock.now
        var failed = FailedContents()
        for number in 0..<FailedContents.maximumCount + 10 {
            failed.insert(content(number), now: start + .milliseconds(number))
        }
        #expect(failed.count == FailedContents.maximumCount)
        #expect(failed.without([content(9), content(10)], now: start + .seconds(2)) == [content(9)])
    }
}
