/// One stream to many viewers, as it is measured.
struct FanoutScenario {
    let name: String
    let viewers: Int
    let bitsPerSecond: Double
    /// The source sends once in this time.
    let tick: Duration
    let warmUp: Duration
    let measured: Duration
    /// Viewers whose delay is measured.
    static let samples = 8

    static let all = [
        FanoutScenario(
            name: "500", viewers: 500, bitsPerSecond: 8e6, tick: .milliseconds(10), warmUp: .seconds(1),
            measured: .seconds(3)),
        FanoutScenario(
            name: "100", viewers: 100, bitsPerSecond: 8e6, tick: .milliseconds(10), warmUp: .seconds(1),
            measured: .seconds(3)),
        FanoutScenario(
            name: "5000", viewers: 5000, bitsPerSecond: 1e6, tick: .milliseconds(20), warmUp: .seconds(2),
            measured: .seconds(4)),
    ]
}
