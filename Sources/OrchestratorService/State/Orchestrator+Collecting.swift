import Catalogue
import EngineAPI
import Fleet
import Settings
import Storage
import Telemetry

/// The statistics of running streams, as their engines tell them.
extension Orchestrator {
    /// Begins to ask for the statistics of the streams that are due, each in its own task with its own deadline.
    func collectDueStreams() {
        let now = now
        for (streamID, samples) in collector.follow(fleet, now: now) {
            journal.append([.saveSamples(streamID: streamID, samples)])
        }
        for id in collector.take(now: now) {
            guard let entry = collector.entries[id] else { continue }
            // Of the URL that was reported only the path is used, and only in the form that engines give it.
            guard let engine = fleet.engines[entry.engineID], let path = EngineStatPath(url: entry.statURL) else {
                collector.settle(id, of: entry.engineID, at: entry.statURL)
                metrics.collector.collections[Label(.skipped)].increment()
                continue
            }
            let timeout = configuration.collector.timeout
            work.submit { [probe] in
                var outcome: Result<StreamStatistics, EngineError>
                do throws(EngineError) {
                    outcome = .success(try await probe.statistics(path, on: engine.endpoint, timeout: timeout))
                } catch {
                    outcome = .failure(error)
                }
                if !Task.isCancelled { await self.finishCollection(of: id, at: engine.id, entry.statURL, outcome) }
            }
        }
    }

    private func finishCollection(
        of id: String, at engineID: String, _ statURL: String, _ outcome: Result<StreamStatistics, EngineError>
    ) {
        let isCurrent = collector.settle(id, of: engineID, at: statURL)
        let now = now
        switch outcome {
        case .success(let statistics):
            metrics.collector.collections[Label(.success)].increment()
            guard isCurrent, fleet.streams[id] != nil else { return }
            if let grown = collector.record(statistics, of: id, now: now) {
                metrics.collector.downloaded.increment(by: Double(grown.downloaded ?? 0))
                metrics.collector.uploaded.increment(by: Double(grown.uploaded ?? 0))
            }
            let samples = collector.takeSamples(of: id)
            if !samples.isEmpty { journal.append([.saveSamples(streamID: id, samples)]) }
            if configuration.collector.detectsLoops { lookForLoop(in: id, statistics, now: now) }
        case .failure(let error) where error.isUnknownSession:
            metrics.collector.collections[Label(.unknownSession)].increment()
            guard isCurrent, leadership.isLeading else { return }
            endIfStale(id, now: now)
        case .failure(let error):
            metrics.collector.collections[Label(error.code == .timeout ? .timeout : .failure)].increment()
            metrics.collectErrors.increment()
            metrics.communicationErrors[CommunicationErrorLabels(.engine, error.code.errorType)].increment()
        }
    }

    /// Ends a stream whose engine has said twice that it does not have the session.
    ///
    /// A proxy that is heard knows better: it notices the end of its session itself and says so, or moves the stream to
    /// another one. Its streams are ended only once that has not come for as long as a lost proxy is waited for.
    private func endIfStale(_ id: String, now: Timestamp) {
        let isHeard = fleet.streams[id]?.proxyID.map { fleet.proxies[$0] != nil } ?? false
        let patience = isHeard ? configuration.limits.proxyTimeToLive : .zero
        guard collector.recordDenial(of: id, now: now, patience: patience) else { return }
        metrics.collector.stale.increment()
        apply(fleet.endStream(id: id, reason: StreamEndReason.stale.rawValue, now: now))
        reconcile()
    }

    /// Hands all samples to the journal, at shutdown.
    func writeAllSamples() {
        for id in collector.entries.keys {
            let samples = collector.takeSamples(of: id, atLeast: 1)
            if !samples.isEmpty { journal.append([.saveSamples(streamID: id, samples)]) }
        }
    }

    /// The samples of a stream that are not in the database yet.
    func recentSamples(of streamID: String) -> [StreamSample] { collector.unwritten(of: streamID) }

    /// What the engines last said of the running streams, with the fleet at that moment.
    func streamsView() -> StreamsView {
        StreamsView(fleet: fleet, latest: collector.latest, statisticsRevision: collector.revision)
    }
}
