import ProxyService
import Settings
import Testing

@Suite struct CoalescingGovernorTests {
    /// The governor after one second of rounds in which the thread was busy for `load` of the time.
    private func governor(load: Double, round: Duration = .milliseconds(1)) -> CoalescingGovernor {
        var governor = CoalescingGovernor()
        for _ in 0..<3000 { governor.note(waited: round * (1 - load), worked: round * load) }
        return governor
    }

    @Test func bytesGoOutAtOnceWhileThereIsTimeToSpare() {
        #expect(CoalescingGovernor().delay == .zero)
        for load in [0, 0.2, 0.49] { #expect(governor(load: load).delay == .zero, "load \(load)") }
    }

    @Test func theDelayFollowsTheLoadUpToItsBounds() {
        var last = Duration.zero
        for load in stride(from: 0.55, through: 1, by: 0.05) {
            let delay = governor(load: load).delay
            #expect(delay > last || delay == .milliseconds(60), "load \(load)")
            if load < 0.7 { #expect(delay <= .milliseconds(5)) }
            #expect(delay <= .milliseconds(60))
            last = delay
        }
        #expect(last > .milliseconds(55))
    }

    @Test(arguments: [0, 0.5, 1])
    func aFixedDelayHoldsWhateverTheLoad(load: Double) {
        for fixed in [Duration.zero, .milliseconds(20)] {
            var governor = CoalescingGovernor(delay: .fixed(fixed))
            #expect(governor.delay == fixed)
            for _ in 0..<3000 { governor.note(waited: .milliseconds(1 - load), worked: .milliseconds(load)) }
            #expect(governor.delay == fixed)
            #expect(governor.fewestViewers == 1)
        }
    }

    @Test func aBusyMomentIsForgotten() {
        var governor = governor(load: 1)
        for _ in 0..<3000 { governor.note(waited: .milliseconds(1), worked: .zero) }
        #expect(governor.delay == .zero)
        governor.note(waited: .zero, worked: .zero)
        #expect(governor.load < 0.01)
    }

    /// What coalescing does to the load settles, whatever the thread would have to do without.
    @Test(arguments: [0.6, 1.0, 1.5, 3.0])
    func delayAndLoadSettle(demand: Double) {
        var governor = CoalescingGovernor()
        var loads: [Double] = []
        for _ in 0..<20_000 {
            // Bursts come every 10 ms; merging them divides the work.
            let merged = 1 + (governor.delay / .milliseconds(10)).rounded(.down)
            let load = min(1, demand / merged)
            governor.note(waited: .milliseconds(1) * (1 - load), worked: .milliseconds(1) * load)
            loads.append(governor.load)
        }
        let late = loads.suffix(2000)
        #expect((late.max() ?? 1) - (late.min() ?? 0) < 0.3, "demand \(demand)")
        #expect(demand <= 1 || (late.max() ?? 1) < 1)
    }
}
