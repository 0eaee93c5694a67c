import Catalogue
import EngineAPI
import Fleet
import Logging
import Outbound
import Providers
import Storage
import Telemetry

/// The VPN containers: what they say, and what is done about it.
extension Orchestrator {
    /// Engines asked when a container calls itself unhealthy.
    static let maxAskedEngines = 3

    /// One look at every VPN container, beside each other.
    func watchVPN() async {
        guard let watch = vpnWatch, let pool = vpnPool else { return }
        await withDiscardingTaskGroup { group in
            for node in pool.nodes {
                group.addTask { await self.look(at: node, watch) }
            }
        }
        actOnVPN()
    }

    /// Begins what the state of the VPNs asks for. May be called at any time and any number of times.
    func actOnVPN() {
        guard let pool = vpnPool else { return }
        vpn = pool.status
        metrics.vpn.show(pool, fleet: fleet)
        guard hasAdopted, !isStopping else { return }
        let changes = fleet.cutOff(pool.cutOff(in: fleet))
        apply(changes)
        let actions = pool.actions(
            fleet: fleet, creating: provisioner.creating.values,
            desired: min(desired, configuration.reconciler.maxReplicas),
            canCreate: generalBreaker.state(now: now) == .closed, now: now)
        for action in actions { perform(action) }
        if !changes.isEmpty { reconcile() }
    }

    private func perform(_ action: VPNAction) {
        switch action {
        case .restart(let name):
            vpnPool?.recordRestart(of: name, now: now)
            metrics.vpn.restarts.increment()
            log(vpn: "restart", "VPN container \(name) is restarted: it has been down for too long")
            work.submit { await self.restartVPN(name) }
        case .remove(let id, let reason):
            work.submit { _ = await self.remove(id, reason: reason) }
        case .provisionForwarded(let name):
            do throws(ProvisionBlock) {
                let provision = try beginProvision(ProvisionOrder(), purpose: .replacement, on: name)
                work.submit { _ = try? await self.carryOut(provision) }
            } catch {
                logger.debug("no engine for the forwarded port: \(error)")
            }
        }
    }

    private func restartVPN(_ name: String) async {
        guard let provider = provider as? any ContainerProvider else { return }
        do throws(ProviderError) {
            try await leadership.requireLead()
            try await provider.restart(container: name)
        } catch {
            log(vpn: "restart_failed", "VPN container \(name) could not be restarted: \(error.message)")
        }
    }

    private func look(at node: VPNNode, _ watch: VPNWatch) async {
        let check = await check(node)
        record(vpnPool?.record(check, of: node.name, now: now) ?? [])
        guard vpnPool?.nodes.first(where: { $0.name == node.name })?.isConnected == true,
            let client = watch.clients[node.name]
        else {
            // What it forwards when it is back is asked for at once.
            vpnAsked[node.name] = nil
            return
        }
        if let asked = vpnAsked[node.name], now - asked < watch.portCacheTTL { return }
        do throws(GluetunError) {
            let port = try await client.forwardedPort()
            vpnAsked[node.name] = now
            record(vpnPool?.record(port: port, of: node.name) ?? [])
            if let address = try await client.address() { vpnPool?.record(address, of: node.name) }
            vpnComplaints[node.name] = nil
        } catch {
            metrics.communicationErrors[CommunicationErrorLabels(.vpn, error.code.errorType)].increment()
            // Said once, and again when it is another one.
            guard vpnComplaints[node.name] != error.description else { return }
            vpnComplaints[node.name] = error.description
            log(vpn: "api_error", "Gluetun's control server: \(error)")
        }
    }

    private func check(_ node: VPNNode) async -> VPNCheck {
        guard let provider = provider as? any ContainerProvider else {
            return VPNCheck(status: "unknown", health: .unknown)
        }
        let health: ContainerHealth?
        do throws(ProviderError) {
            health = try await provider.health(ofContainer: node.name)
        } catch {
            logger.warning("the health of VPN container \(node.name) is not known: \(error.message)")
            return VPNCheck(status: "unknown", health: .unknown)
        }
        switch health {
        case .healthy: return VPNCheck(status: "running", health: .healthy)
        case .starting: return VPNCheck(status: "running", health: .starting)
        case .unhealthy:
            return VPNCheck(
                status: "running", health: .unhealthy, enginesConnected: await areEnginesConnected(behind: node))
        case .stopped: return VPNCheck(status: "exited", health: .unhealthy, enginesConnected: false)
        case nil: return VPNCheck(status: "missing", health: .unhealthy, enginesConnected: false)
        }
    }

    /// Whether any of some engines says that it is connected; nil when none answers.
    private func areEnginesConnected(behind node: VPNNode) async -> Bool? {
        let asked = fleet.engines.values.filter { $0.vpnContainer == node.name && $0.isReady }
            .sorted { $0.id < $1.id }.prefix(Self.maxAskedEngines).map(\.endpoint)
        let timeout = configuration.healthCheckTimeout
        let answers = await withTaskGroup(of: Bool?.self) { [probe] group in
            for endpoint in asked {
                group.addTask { try? await probe.isConnected(endpoint, timeout: timeout) }
            }
            var answers: [Bool] = []
            for await answer in group {
                if let answer { answers.append(answer) }
            }
            return answers
        }
        return answers.isEmpty ? nil : answers.contains(true)
    }

    private func record(_ events: [VPNEvent]) {
        for event in events {
            switch event {
            case .connected(let name): log(vpn: "connected", "VPN \(name) is connected")
            case .disconnected(let name): log(vpn: "disconnected", "VPN \(name) is not connected any more")
            case .portChanged(let name, let old, let new):
                metrics.vpn.portChanges.increment()
                let before = old.map(String.init) ?? "none"
                log(
                    vpn: "port_changed",
                    "VPN \(name) forwards port \(new.map(String.init) ?? "none"), before: \(before)")
            case .emergencyBegan(let emergency):
                log(vpn: "emergency", "VPN \(emergency.failedVPN) has failed: \(emergency.healthyVPN) carries all")
            case .emergencyEnded(let emergency):
                log(vpn: "emergency_ended", "the emergency of VPN \(emergency.failedVPN) is over")
            }
        }
    }

    private func log(vpn category: String, _ message: String) {
        logger.notice("\(message)")
        log(event: EventRecord(at: now, type: .vpn, category: category, message: message))
    }
}

extension GluetunError.Code {
    var errorType: CommunicationErrorLabels.ErrorType {
        switch self {
        case .unauthorized, .unsupported: .refused
        case .unreachable: .connection
        case .malformed: .protocol
        }
    }
}
