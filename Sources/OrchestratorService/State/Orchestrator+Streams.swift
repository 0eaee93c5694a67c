import Catalogue
import Fleet
import Objectives
import Scaling
import Telemetry

extension Orchestrator {
    /// Takes in reports that streams run and that streams ended, all in one step; idempotent.
    /// - Returns: the streams begun or known already, and for each end the stream; nil when no such stream runs.
    func take(
        started reports: [StreamStart], ended ends: [StreamReports.Ended] = []
    ) -> (started: [StreamRecord], ended: [StreamRecord?]) {
        let now = now
        var changes: [FleetChange] = []
        let started = reports.map { report in begin(report, now: now, &changes) }
        let ended = ends.map { end in finish(end, now: now, &changes) }
        apply(changes)
        if !changes.isEmpty { reconcileSoon() }
        return (started, ended)
    }

    private func begin(_ report: StreamStart, now: Timestamp, _ changes: inout [FleetChange]) -> StreamRecord {
        let isLeased = report.leaseID.map { fleet.leases[$0] != nil } ?? false
        let (stream, made) = fleet.start(report, now: now)
        collector.forgetDenials(of: stream.id)
        let isNew = made.contains { if case .streamStarted = $0 { true } else { false } }
        metrics.streamReports[Labels2(.started, isNew ? .applied : .repeated)].increment()
        if isNew {
            // A stream of a proxy that takes no leases is demand too.
            if !isLeased { demand.recordStart(at: now.milliseconds) }
            recordStart(.ok)
        }
        changes += made
        return stream
    }

    private func finish(
        _ end: StreamReports.Ended, now: Timestamp, _ changes: inout [FleetChange]
    ) -> StreamRecord? {
        let made = end.streamID.map { fleet.endStream(id: $0, reason: end.reason, now: now) } ?? []
        metrics.streamReports[Labels2(.ended, made.isEmpty ? .repeated : .applied)].increment()
        changes += made
        guard !made.isEmpty, let id = end.streamID else { return nil }
        return fleet.endedStreams[id]
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
