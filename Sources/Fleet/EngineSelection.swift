/// Chooses the engine for the next stream.
enum EngineSelection {
    /// The usable engine with a free slot that has the best score, then the lowest load, then the longest idle time.
    /// Those that are ejected are left out as long as another one is usable. Slots under lease count as streams, so
    /// that simultaneous starts spread.
    static func best(in fleet: FleetState, excluding excluded: ExcludedEngines, now: Timestamp) -> String? {
        let takesEjected = fleet.isEjectionSuspended
        return fleet.engines.values
            .lazy.filter { $0.isUsable && (takesEjected || !$0.isEjected) }
            .filter { fleet.load(of: $0.id) < fleet.limits.maxStreamsPerEngine }
            .filter { !excluded.contains($0) }
            .map { engine in Candidate(engine, in: fleet, now: now) }
            .min { $0.isPreferred(to: $1) }?
            .id
    }

    private struct Candidate {
        let id: String
        let score: Int
        let load: Int
        let lastUse: Timestamp?

        init(_ engine: Engine, in fleet: FleetState, now: Timestamp) {
            id = engine.id
            load = fleet.load(of: engine.id)
            lastUse = engine.lastStreamUsage
            score = fleet.score(of: engine, slotsInUse: load, now: now)
        }

        func isPreferred(to other: Candidate) -> Bool {
            if score != other.score { return score > other.score }
            if load != other.load { return load < other.load }
            if lastUse != other.lastUse { return (lastUse?.milliseconds ?? 0) < (other.lastUse?.milliseconds ?? 0) }
            return id < other.id
        }
    }
}
