import Catalogue
import Fleet
import Objectives
import Scaling
import Telemetry

extension Orchestrator {
    /// Takes in a report that a stream runs; idempotent.
    func streamStarted(_ report: StreamStart) -> StreamRecord {
        let isLeased = report.leaseID.map { fleet.leases[$0] != nil } ?? false
        let (stream, changes) = fleet.start(report, now: now)
        let isNew = changes.contains { if case .streamStarted = $0 { true } else { false } }
        metrics.streamReports[Labels2(.started, isNew ? .applied : .repeated)].increment()
        if isNew {
            // A stream of a proxy that takes no leases is demand too.
            if !isLeased { demand.recordStart(at: now.milliseconds) }
            recordStart(.ok)
        }
        apply(changes)
        if !changes.isEmpty { reconcileSoon() }
        return stream
    }

    /// Takes in a report that a stream ended. Nil, and nothing happens, when no such stream runs.
    func streamEnded(id: String, reason: String) -> StreamRecord? {
        let changes = fleet.endStream(id: id, reason: reason, now: now)
        metrics.streamReports[Labels2(.ended, changes.isEmpty ? .repeated : .applied)].increment()
        apply(changes)
        return changes.isEmpty ? nil : fleet.endedStreams[id]
    }

    /// Counts a start for the objective. Dead content and viewers that left say nothing about the service.
    func recordStart(_ outcome: StartOutcome) {
        metrics.startEvents[Label(outcome)].increment()
        switch outcome {
        case .ok: startObjective.record(isGood: true, at: now.milliseconds)
        case .engineError, .noEngine, .timeout: startObjective.record(isGood: false, at: now.milliseconds)
        case .deadContent, .cancelled: break
        }
    }
}
