/// How suitable an engine is for the next stream: 100 for an idle healthy engine, 20 less for each stream on it (at
/// most 60), 50 less when it is unhealthy and 25 when that is not known, 10 more when it was used within 5 minutes; and
/// less by what ``ScoreWeights`` make of bad experience. Never below 0.
public enum HealthScore {
    static let warmPeriod: Duration = .seconds(300)

    public static func score(activeStreams: Int, health: EngineHealth, sinceLastUse: Duration?, penalty: Int = 0) -> Int
    {
        var score = 100 - min(activeStreams * 20, 60)
        switch health {
        case .healthy: break
        case .unknown: score -= 25
        case .unhealthy: score -= 50
        }
        if let sinceLastUse, sinceLastUse < warmPeriod { score += 10 }
        return max(0, score - penalty)
    }
}
