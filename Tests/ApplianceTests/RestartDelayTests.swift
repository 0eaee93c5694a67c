import Appliance
import Testing

@Suite struct RestartDelayTests {
    @Test func growsToFiveSecondsWhileRunsAreShort() {
        var delay = RestartDelay()
        let delays = (0..<7).map { _ in delay.after(run: .seconds(1)) }
        let expected: [Duration] = [250, 500, 1000, 2000, 4000, 5000, 5000].map { .milliseconds($0) }
        #expect(delays == expected)
    }

    @Test func startsAnewAfterAStableRun() {
        var delay = RestartDelay()
        for _ in 0..<5 { _ = delay.after(run: .zero) }
        #expect(delay.after(run: .seconds(29)) == .seconds(5))
        #expect(delay.after(run: .seconds(30)) == .milliseconds(250))
    }
}
