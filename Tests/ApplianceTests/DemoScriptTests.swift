import Appliance
import Testing

@Suite struct DemoScriptTests {
    private func steps(seed: UInt64, until end: Int) -> [DemoScript.Step] {
        var script = DemoScript(seed: seed)
        var steps: [DemoScript.Step] = []
        while true {
            let step = script.next()
            if step.at > end { return steps }
            steps.append(step)
        }
    }

    @Test(arguments: [1, 2, 3, 99] as [UInt64]) func timesNeverDecrease(seed: UInt64) {
        let times = steps(seed: seed, until: 1_300_000).map(\.at)
        #expect(times == times.sorted())
    }

    @Test func theSameSeedGivesTheSameLoad() {
        #expect(steps(seed: 7, until: 200_000) == steps(seed: 7, until: 200_000))
        #expect(steps(seed: 7, until: 200_000) != steps(seed: 8, until: 200_000))
    }

    @Test(arguments: [1, 2, 3, 99] as [UInt64]) func aBurstOfTenChannelsStartsAfterAMinute(seed: UInt64) {
        let burst = steps(seed: seed, until: 500_000).filter {
            if case .watch(let channel, seconds: 45) = $0.action { return DemoScript.burstChannels.contains(channel) }
            return false
        }
        #expect(burst.count == 10)
        #expect(Set(burst.map(\.action.channel)).count == 10)
        #expect(burst.allSatisfy { (60_000..<70_000).contains($0.at) })
    }

    @Test(arguments: [1, 2, 3, 99] as [UInt64]) func oneEngineCrashesOnceAndDeadChannelsAreTriedEachMinute(seed: UInt64)
    {
        let steps = steps(seed: seed, until: 1_300_000)
        #expect(steps.filter { $0.action == .crashEngine } == [DemoScript.Step(at: 100_000, action: .crashEngine)])
        let dead = steps.filter { $0.action == .tryDeadChannel }.map(\.at)
        #expect(dead == Array(stride(from: 30_000, through: 1_300_000, by: 60_000)))
    }

    @Test func viewersStayTenToNinetySeconds() {
        for step in steps(seed: 5, until: 1_000_000) {
            if case .watch(_, let seconds) = step.action { #expect((10...90).contains(seconds)) }
        }
    }

    @Test func channelKeysAreFortyHexDigitsAndDifferent() {
        let keys = (Array(DemoScript.usualChannels) + Array(DemoScript.burstChannels)).map(DemoChannels.key)
        for key in keys + [DemoChannels.dead] {
            #expect(key.count == 40)
            #expect(key.allSatisfy { $0.isHexDigit })
        }
        #expect(Set(keys).count == keys.count)
    }
}

extension DemoScript.Action {
    fileprivate var channel: Int? {
        if case .watch(let channel, _) = self { channel } else { nil }
    }
}
