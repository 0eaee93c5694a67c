import Fleet
import Testing

@Suite struct HealthScoreTests {
    @Test(arguments: [
        (0, EngineHealth.healthy, Duration?.none, 100), (0, .healthy, .seconds(10), 110),
        (0, .healthy, .seconds(300), 100), (1, .healthy, .seconds(10), 90), (3, .healthy, nil, 40),
        (9, .healthy, nil, 40), (0, .unknown, nil, 75), (0, .unhealthy, nil, 50), (9, .unhealthy, nil, 0),
    ])
    func scoreFollowsLoadHealthAndWarmth(streams: Int, health: EngineHealth, idle: Duration?, expected: Int) {
        #expect(HealthScore.score(activeStreams: streams, health: health, sinceLastUse: idle) == expected)
    }
}
