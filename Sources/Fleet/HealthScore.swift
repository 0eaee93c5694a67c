/// How suitable an engine is for the next stream: 100 for an idle healthy engine, more for a warm one, never below 0.
public enum HealthScore {
    static let warmPeriod: Duration = .seconds(300)

    public static func score(activeStreams: Int, health: EngineHealth, sinceLastUse: Duration?) -> Int {
        var score = 100 - min(activeStreams * 20, 60)
        switch health {
        case .healthy: break
        case .unknown: score -= 25
        case .unhealthy: score -= 50
        }
        if let sinceLastUse, sinceLastUse < warmPeriod { score += 10 }
        return max(0, score)
    }
}
