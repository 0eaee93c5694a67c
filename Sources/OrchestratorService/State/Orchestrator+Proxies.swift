import Catalogue
import EngineAPI
import Fleet
import Logging
import Telemetry

/// Proxies that name themselves, and what those leave behind that are lost.
extension Orchestrator {
    /// How often an engine is asked to stop a session, with longer and longer pauses: for about a minute.
    private static let stopAttempts = 8
    /// At the start, sessions of proxies lost this recently are stopped again: the stop may have been cut short.
    private static let recentLoss = Duration.seconds(600)

    /// Notes a proxy's sign of life. Nil when there are too many proxies.
    /// - Returns: changes whenever the proxy was not known before, restarts of this program included.
    func hear(from proxyID: String) -> String? {
        guard let proxy = fleet.hear(from: proxyID, now: now) else { return nil }
        metrics.proxies.known.set(fleet.proxies.count)
        return "\(startedAt.milliseconds)-\(proxy.registration)"
    }

    /// Ends what proxies hold that have been silent for too long, and frees their engines.
    func expireProxies() {
        // Without adoption nobody was listened to.
        guard hasAdopted else { return }
        let changes = fleet.expireProxies(now: now)
        guard !changes.isEmpty else { return }
        apply(changes)
        for case .streamEnded(let stream) in changes { stopSession(of: stream) }
        reconcile()
    }

    /// Stops the sessions of streams that ended with their proxy shortly before this program started.
    func stopSessionsLeftBehind() {
        let now = now
        for stream in fleet.endedStreams.values where stream.endReason == FleetState.proxyLostReason {
            if let endedAt = stream.endedAt, now - endedAt < Self.recentLoss { stopSession(of: stream) }
        }
    }

    /// Tells the engine that nobody reads a session any more. Of the URL that was reported only the path is used, and
    /// only in the form that engines give it: the address is that of the engine as the provider names it.
    private func stopSession(of stream: StreamRecord) {
        guard stream.isAttached, let engine = fleet.engines[stream.engineID],
            let command = EngineCommand(url: stream.commandURL)
        else { return metrics.proxies.sessionStops[Label(.skipped)].increment() }
        work.submit { await self.stop(stream.id, command, on: engine.endpoint) }
    }

    private func stop(_ streamID: String, _ command: EngineCommand, on engine: EngineEndpoint) async {
        var pause = Duration.milliseconds(250)
        for _ in 0..<Self.stopAttempts {
            // Its proxy may have come back meanwhile.
            guard fleet.streams[streamID] == nil, !isStopping else { return }
            do throws(EngineError) {
                try await probe.stopSession(command, on: engine, timeout: configuration.healthCheckTimeout)
                return metrics.proxies.sessionStops[Label(.stopped)].increment()
            } catch {
                logger.info("an engine did not confirm a stop", metadata: ["reason": "\(error.message)"])
            }
            guard (try? await Task.sleep(for: pause)) != nil else { return }
            pause *= 2
        }
        metrics.proxies.sessionStops[Label(.failed)].increment()
    }
}
