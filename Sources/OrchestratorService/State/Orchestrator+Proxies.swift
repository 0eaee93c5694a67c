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
        // Without adoption or the lead nobody is listened to.
        guard hasAdopted, leadership.isLeading else { return fleet.forgetSilences() }
        let changes = fleet.expireProxies(now: now)
        guard !changes.isEmpty else { return }
        apply(changes)
        for change in changes {
            switch change {
            case .streamEnded(let stream): stopSession(of: stream)
            case .proxyLost(let proxy, _, _): proxy.unreported.forEach(stop)
            default: break
            }
        }
        reconcile()
    }

    /// Takes in the sessions that a proxy has opened and not reported as streams.
    func note(_ sessions: [UnreportedSession], of proxyID: String) {
        guard !sessions.isEmpty || fleet.proxies[proxyID]?.unreported.isEmpty == false else { return }
        fleet.note(sessions, of: proxyID)
        metrics.proxies.unreported.set(fleet.unreportedSessionCount)
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
    func stopSession(of stream: StreamRecord) {
        stopSession(stream.commandURL, on: stream.isAttached ? fleet.engines[stream.engineID] : nil)
    }

    private func stop(_ session: UnreportedSession) {
        stopSession(session.commandURL, on: fleet.engine(of: session))
    }

    private func stopSession(_ commandURL: String, on engine: Engine?) {
        guard let engine, let command = EngineCommand(url: commandURL) else {
            return metrics.proxies.sessionStops[Label(.skipped)].increment()
        }
        work.submit { await self.stop(command, on: engine) }
    }

    private func stop(_ command: EngineCommand, on engine: Engine) async {
        var pause = Duration.milliseconds(250)
        for _ in 0..<Self.stopAttempts {
            // Its proxy may have come back meanwhile.
            guard !fleet.isInUse(command, on: engine.id), !isStopping else { return }
            guard (try? await leadership.requireLead()) != nil else { return }
            do throws(EngineError) {
                try await probe.stopSession(command, on: engine.endpoint, timeout: configuration.healthCheckTimeout)
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
