import Catalogue
import EngineAPI
import Fleet
import Logging
import Settings

/// Streams that an operator ends.
extension Orchestrator {
    enum StopOutcome: Sendable, Hashable {
        case stopped
        /// It ran, and does no more.
        case ended
        case unknown
    }

    struct StopResult: Sendable {
        var outcome: StopOutcome
        var streamID: String?

        var message: String {
            switch outcome {
            case .stopped: "Stream stopped successfully"
            case .ended: "Stream is not active (status: ended)"
            case .unknown: "Stream not found"
            }
        }
    }

    /// Ends a stream and tells its engine. The engine is asked once here, and again later where it does not confirm.
    func stopStream(id: String, reason: StreamEndReason) async -> StopOutcome {
        guard let stream = fleet.streams[id] else { return fleet.endedStreams[id] == nil ? .unknown : .ended }
        let changes = fleet.endStream(id: id, reason: reason.rawValue, now: now)
        apply(changes)
        reconcile()
        await stopSessionNow(of: stream)
        return .stopped
    }

    /// Ends the streams with these command URLs, beside each other.
    func stopStreams(commandURLs: [String]) async -> [StopResult] {
        var byURL: [String: StreamRecord] = [:]
        for stream in fleet.endedStreams.values { byURL[stream.commandURL] = stream }
        for stream in fleet.streams.values { byURL[stream.commandURL] = stream }
        let streams = commandURLs.map { byURL[$0] }
        return await withTaskGroup { group in
            for (index, stream) in streams.enumerated() {
                guard let stream else { continue }
                group.addTask { (index, await self.stopStream(id: stream.id, reason: .batchStop)) }
            }
            var results = streams.map { StopResult(outcome: .unknown, streamID: $0?.id) }
            for await (index, outcome) in group { results[index].outcome = outcome }
            return results
        }
    }

    private func stopSessionNow(of stream: StreamRecord) async {
        guard stream.isAttached, let engine = fleet.engines[stream.engineID],
            let command = EngineCommand(url: stream.commandURL)
        else { return }
        guard (try? await leadership.requireLead()) != nil else { return }
        do throws(EngineError) {
            try await probe.stopSession(command, on: engine.endpoint, timeout: configuration.collector.timeout)
        } catch {
            logger.info("an engine did not confirm a stop", metadata: ["reason": "\(error.message)"])
            stopSession(of: stream)
        }
    }
}
