import Catalogue
import Fleet
import ProxyService
import Testing

@Suite struct RecentFailuresTests {
    private static func names(_ values: String...) -> Set<ContentKey> {
        Set(values.map { ContentKey(kind: .contentID, value: $0) })
    }

    private static let dead = StartFailure(outcome: .deadContent, message: "failed to load content")
    private let start = ContinuousClock.now

    @Test func aFailureIsKnownByEveryNameUntilItsTimeIsOver() {
        var failures = RecentFailures(lifetime: .seconds(10))
        failures.note(Self.dead, of: Self.names("a", "b"), now: start)
        #expect(failures.failure(of: Self.names("a"), now: start + .seconds(9)) == Self.dead)
        #expect(failures.failure(of: Self.names("x", "b"), now: start + .seconds(9)) == Self.dead)
        #expect(failures.failure(of: Self.names("x"), now: start) == nil)
        #expect(failures.failure(of: Self.names("a", "b"), now: start + .seconds(10)) == nil)
    }

    @Test func aSuccessClearsEveryName() {
        var failures = RecentFailures(lifetime: .seconds(10))
        failures.note(Self.dead, of: Self.names("a", "b"), now: start)
        failures.clear(Self.names("a", "b"))
        #expect(failures.count == 0)
    }

    @Test(arguments: StartOutcome.allCases)
    func onlyWhatSpeaksOfTheContentIsKept(outcome: StartOutcome) {
        var failures = RecentFailures(lifetime: .seconds(10))
        failures.note(StartFailure(outcome: outcome, message: ""), of: Self.names("a"), now: start)
        #expect(failures.count == (outcome == .deadContent || outcome == .timeout ? 1 : 0))
    }

    @Test func aLifetimeOfZeroKeepsNothing() {
        var failures = RecentFailures(lifetime: .zero)
        failures.note(Self.dead, of: Self.names("a"), now: start)
        #expect(failures.count == 0)
    }

    @Test func theirNumberIsBoundedAndTheOldestGiveWay() {
        var failures = RecentFailures(lifetime: .seconds(60))
        for number in 0..<RecentFailures.maximumCount + 10 {
            failures.note(Self.dead, of: Self.names("\(number)"), now: start + .milliseconds(number))
        }
        #expect(failures.count == RecentFailures.maximumCount)
        #expect(failures.failure(of: Self.names("9"), now: start + .seconds(2)) == nil)
        #expect(failures.failure(of: Self.names("10"), now: start + .seconds(2)) == Self.dead)
    }
}
