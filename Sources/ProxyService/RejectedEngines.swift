import Fleet

/// The engines that turned out to be of no use during one search, and how they are kept out of it.
///
/// Where engines can be excluded, their leases are given back at once. An older orchestrator would grant them again, so
/// their leases are held until the search is over.
struct RejectedEngines {
    typealias Rejected = (grant: EngineGrant, failure: StartFailure)

    private(set) var excluded: Set<EngineEndpoint> = []
    private var held: [Rejected] = []
    /// How many engines were rejected.
    private(set) var count = 0

    /// - Returns: whether the grant is to be given back now.
    mutating func reject(_ grant: EngineGrant, _ failure: StartFailure) -> Bool {
        count += 1
        guard grant.canBeExcluded else {
            held.append((grant, failure))
            return false
        }
        excluded.insert(grant.engine)
        return true
    }

    /// Rejects none any more.
    /// - Returns: the grants to be given back.
    mutating func takeHeld() -> [Rejected] {
        defer {
            held = []
            excluded = []
        }
        return held
    }
}
