/// Chooses the engine for the next stream.
enum EngineSelection {
    /// The usable engine with a free slot that has the best score, then the lowest load, then the longest idle time.
    /// Slots under lease count as streams, so that simultaneous starts spread.
    static func best(in fleet: FleetState, excluding excluded: ExcludedEngines, now: Timestamp) -> String? {
        fleet.engines.values
            .lazy.filter { $0.isUsable && fleet.load(of: $0.id) < fleet.limits.maxStreamsPerEngine }
            .filter { !excluded.contains($0) }
            .map { engine in Candidate(engine, load: fleet.load(of: engine.id), now: now) }
            .min { $0.isPreferred(to: $1) }?
            .id
    }

    private struct Candidate {
        let id: String
        let score: Int
        let load: Int
        let lastUse: Timestamp?

        init(_ engine: Engine, load: Int, now: Timestamp) {
            self.id = engine.id
            self.load = load
            self.lastUse = engine.lastStreamUsage
            self.score = HealthScore.score(
                activeStreams: load, health: engine.health, sinceLastUse: lastUse.map { now - $0 })
        }

        func isPreferred(to other: Candidate) -> Bool {
            if score != other.score { return score > other.score }
            if load != other.load { return load < other.load }
            if lastUse != other.lastUse { return (lastUse?.milliseconds ?? 0) < (other.lastUse?.milliseconds ?? 0) }
            return id < other.id
        }
    }
}
