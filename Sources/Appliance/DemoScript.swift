import Glibc

/// The load of a demonstration as a sequence of actions in time, without end.
///
/// Viewers of a handful of channels arrive at random, about one in four seconds, and stay 10 to 90 s. After one
/// minute, and every ten minutes from then, ten other channels start within 10 s and last 45 s. A dead channel is
/// tried each minute. One engine crashes, once, after 100 s.
package struct DemoScript: Sendable {
    package enum Action: Sendable, Equatable {
        case watch(channel: Int, seconds: Int)
        case tryDeadChannel
        case crashEngine
    }

    package struct Step: Sendable, Equatable {
        /// Milliseconds after the start of the load.
        package let at: Int
        package let action: Action

        package init(at: Int, action: Action) {
            self.at = at
            self.action = action
        }
    }

    package static let usualChannels = 1...5
    package static let burstChannels = 11...20
    package static let burstStart = 60_000
    package static let burstPeriod = 600_000
    package static let crashAt = 100_000

    private var random: DemoRandom
    private var nextArrival = 0
    private var nextDead = 30_000
    private var nextBurst = Self.burstStart
    private var burst: [Step] = []
    private var hasCrashed = false

    package init(seed: UInt64) { random = DemoRandom(seed: seed) }

    /// The next action; their times never decrease.
    package mutating func next() -> Step {
        if burst.isEmpty { planBurst() }
        let crash = hasCrashed ? Int.max : Self.crashAt
        let earliest = min(nextArrival, nextDead, burst[0].at, crash)
        if burst[0].at == earliest { return burst.removeFirst() }
        if crash == earliest {
            hasCrashed = true
            return Step(at: earliest, action: .crashEngine)
        }
        if nextDead == earliest {
            nextDead += 60_000
            return Step(at: earliest, action: .tryDeadChannel)
        }
        nextArrival += 1 + Int(exponential(mean: 4000))
        return Step(at: earliest, action: .watch(channel: popularChannel(), seconds: stay()))
    }

    private mutating func planBurst() {
        burst = Self.burstChannels.map { channel in
            Step(
                at: nextBurst + Int.random(in: 0..<10_000, using: &random),
                action: .watch(channel: channel, seconds: 45))
        }.sorted { $0.at < $1.at }
        nextBurst += Self.burstPeriod
    }

    /// The first channel draws about half of the viewers, each further one half of the rest.
    private mutating func popularChannel() -> Int {
        var channel = Self.usualChannels.lowerBound
        while channel < Self.usualChannels.upperBound, Bool.random(using: &random) { channel += 1 }
        return channel
    }

    private mutating func stay() -> Int { min(90, 10 + Int(exponential(mean: 25))) }

    private mutating func exponential(mean: Double) -> Double {
        -mean * log(1 - Double.random(in: 0..<1, using: &random))
    }
}
