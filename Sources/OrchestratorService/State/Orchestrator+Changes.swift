import Catalogue
import Fleet
import Logging
import Storage
import Telemetry

extension Orchestrator {
    /// Makes changes of the fleet durable, visible and effective: database, event log, waiting requests.
    func apply(_ changes: [FleetChange]) {
        guard !changes.isEmpty else { return }
        enginesDocument = nil
        journal.append(changes.flatMap(record))
        serveWaiting()
    }

    private func record(_ change: FleetChange) -> [StateChange] {
        switch change {
        case .engineAdded(let engine):
            return [.saveEngine(engine), event(engine, "added", "engine \(engine.name) joined at \(engine.endpoint)")]
        case .engineChanged(let engine):
            return [.saveEngine(engine)]
        case .engineReady(let engine):
            return [event(engine, "ready", "engine \(engine.name) answers")]
        case .engineUnhealthy(let engine):
            return [
                event(
                    engine, "unhealthy", "engine \(engine.name) failed \(engine.failedProbes) probes in a row",
                    type: .health)
            ]
        case .engineRecovered(let engine):
            return [event(engine, "recovered", "engine \(engine.name) answers again", type: .health)]
        case .engineEjected(let engine):
            metrics.fleet.ejections.increment()
            return [
                event(
                    engine, "ejected",
                    "starts on engine \(engine.name) keep failing (\(engine.experience.failuresInRow) in a row): "
                        + "it gets none for \(fleet.limits.ejection.duration(of: engine.experience.ejections))",
                    type: .health)
            ]
        case .engineReadmitted(let engine):
            return [event(engine, "readmitted", "engine \(engine.name) gets streams again", type: .health)]
        case .engineRemoved(let engine, let reason):
            metrics.fleet.removed[Label(EngineRemovalReason(reason))].increment()
            return [
                .removeEngine(id: engine.id),
                event(
                    engine, "removed", "engine \(engine.name) left: \(reason.rawValue)",
                    details: ["reason": reason.rawValue]),
            ]
        case .streamStarted(let stream):
            metrics.eventsStarted.increment()
            return stored(stream, "started", "stream of \(stream.content.kind.rawValue) started")
        case .streamEnded(let stream):
            metrics.eventsEnded.increment()
            let reason = stream.endReason ?? ""
            metrics.streamsEnded[Label(StreamEndReason(rawValue: reason) ?? .other)].increment()
            return stored(stream, "ended", "stream ended: \(reason)", details: ["reason": reason])
        case .streamChanged(let stream):
            return [.saveStream(stream)]
        case .proxyLost(let proxy, let streams, let leases):
            metrics.proxies.lost.increment()
            logger.warning(
                "a proxy is lost",
                metadata: [
                    "proxy": "\(proxy.id)", "streams": "\(streams)", "leases": "\(leases)",
                    "unreported_sessions": "\(proxy.unreported.count)",
                ])
            return [
                .logEvent(
                    EventRecord(
                        at: now, type: .system, category: "proxy_lost",
                        message: "proxy \(proxy.id) fell silent: \(streams) streams and \(leases) leases end",
                        details: [
                            "proxy": proxy.id, "streams": "\(streams)", "leases": "\(leases)",
                            "unreported_sessions": "\(proxy.unreported.count)",
                        ]))
            ]
        case .leaseGranted:
            return []
        case .leaseEnded(_, let end):
            metrics.leasing.count(end)
            return []
        }
    }

    private func stored(
        _ stream: StreamRecord, _ category: String, _ message: String, details: [String: String] = [:]
    ) -> [StateChange] {
        var changes: [StateChange] = [.saveStream(stream)]
        if let engine = fleet.engines[stream.engineID] { changes.append(.saveEngine(engine)) }
        changes.append(
            .logEvent(
                EventRecord(
                    at: now, type: .stream, category: category, message: message,
                    details: details.merging(["key_type": stream.content.kind.rawValue, "key": stream.content.value]) {
                        old, _ in old
                    },
                    engineID: stream.engineID.isEmpty ? nil : stream.engineID, streamID: stream.id)))
        return changes
    }

    private func event(
        _ engine: Engine, _ category: String, _ message: String, type: EventRecord.EventType = .engine,
        details: [String: String] = [:]
    ) -> StateChange {
        logger.info("\(message)", metadata: ["engine": "\(engine.id.prefix(12))"])
        return .logEvent(
            EventRecord(
                at: now, type: type, category: category, message: message, details: details, engineID: engine.id))
    }
}
