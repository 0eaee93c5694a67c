/// What is learnt of engines from the streams on them.
///
/// Guarantee: while any engine is usable, one is that is not ejected, or ejection counts for none.
extension FleetState {
    /// Whether an engine may be chosen for a stream, free slots aside.
    public func isEligible(_ engine: Engine) -> Bool {
        engine.isUsable && (!engine.isEjected || isEjectionSuspended)
    }

    /// True when every usable engine is ejected: then none is.
    public var isEjectionSuspended: Bool {
        !engines.values.contains { $0.isUsable && !$0.isEjected }
    }

    /// Ends the ejections whose time is over.
    public mutating func readmit(now: Timestamp) -> [FleetChange] {
        var changes: [FleetChange] = []
        for id in engines.keys.sorted() {
            guard var engine = engines[id], let until = engine.ejectedUntil, until <= now else { continue }
            engine.ejectedUntil = nil
            engine.experience.forgetRow()
            engines[id] = engine
            revision += 1
            changes.append(.engineReadmitted(engine))
        }
        return changes
    }

    mutating func noteStart(on engineID: String, after time: Duration?, now: Timestamp) {
        engines[engineID]?.experience.recordStart(after: time, now: now)
    }

    mutating func noteFailure(on engineID: String, now: Timestamp) -> [FleetChange] {
        guard var engine = engines[engineID] else { return [] }
        engine.experience.recordFailure(now: now)
        engines[engineID] = engine
        let policy = limits.ejection
        guard policy.failures > 0, engine.experience.failuresInRow >= policy.failures, engine.isUsable,
            !engine.isEjected
        else { return [] }
        let usable = engines.values.filter(\.isUsable)
        guard policy.allowsOneMore(ejected: usable.count(where: \.isEjected), of: usable.count) else { return [] }
        engine.experience.ejections += 1
        engine.ejectedUntil = now + policy.duration(of: engine.experience.ejections)
        engines[engineID] = engine
        revision += 1
        return [.engineEjected(engine)]
    }

    /// Takes from the end of a stream what it says of its engine.
    mutating func noteEnd(of stream: StreamRecord, reason: String, now: Timestamp) -> [FleetChange] {
        guard stream.isAttached else { return [] }
        switch reason {
        case "empty_timeout":
            engines[stream.engineID]?.experience.recordStall(now: now)
            return []
        case "network_error":
            return noteFailure(on: stream.engineID, now: now)
        default:
            return []
        }
    }
}
