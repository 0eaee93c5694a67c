/// One stream to many viewers, as it is compared with the yardstick.
struct FanoutScenario {
    let viewers: Int
    /// nil: as fast as it is taken.
    let bitsPerSecond: Double?
    /// The source sends once in this time.
    let tick: Duration
    let warmUp: Duration
    let measured: Duration
    /// Highest ratio to the yardstick's processor time.
    var ratioGoal: Double?
    /// Highest added delay in milliseconds, median and 99th percentile.
    var delayGoals: (median: Double, p99: Double)?
    /// Most memory for a viewer, in kB.
    var memoryGoal: Double?
    /// Highest share of a processor.
    var coreGoal: Double?
    /// Viewers whose delay is measured.
    static let samples = 8

    static let hundred = FanoutScenario(
        viewers: 100, bitsPerSecond: 8e6, tick: .milliseconds(10), warmUp: .seconds(1), measured: .seconds(3))
    static let fiveHundred = FanoutScenario(
        viewers: 500, bitsPerSecond: 8e6, tick: .milliseconds(10), warmUp: .seconds(1), measured: .seconds(3),
        ratioGoal: 1.05, delayGoals: (2, 5), memoryGoal: 4)
    static let fiveThousand = FanoutScenario(
        viewers: 5000, bitsPerSecond: 1e6, tick: .milliseconds(20), warmUp: .seconds(2), measured: .seconds(4),
        coreGoal: 0.75)
    static let unthrottled = FanoutScenario(
        viewers: 1000, bitsPerSecond: nil, tick: .milliseconds(10), warmUp: .seconds(1), measured: .milliseconds(2500),
        ratioGoal: 1.05)
}
