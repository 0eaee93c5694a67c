import Fleet
import Hummingbird
import Providers
import Scaling

/// `/orchestrator/status`: one look at everything a proxy decides by.
struct StatusController: Sendable {
    let orchestrator: Orchestrator

    func addRoutes(to open: Routes) {
        open.get("/orchestrator/status") { _, _ in
            Response.json(await orchestrator.statusDocument())
        }
    }
}

extension Orchestrator {
    func statusDocument() -> JSONValue {
        let engines = fleet.engines.values
        let healthy = engines.count { $0.health == .healthy }
        let slots = healthy * configuration.limits.maxStreamsPerEngine
        let block = provisioningBlock()
        let used = fleet.totalLoad
        let ended = exited.subtracting(fleet.engines.keys).count
        return [
            "status": engines.isEmpty ? "unavailable" : block?.isDegrading == true ? "degraded" : "healthy",
            "engines": [
                "total": JSONValue(engines.count + ended), "running": JSONValue(engines.count),
                "healthy": JSONValue(healthy), "unhealthy": JSONValue(engines.count { $0.health == .unhealthy }),
            ],
            "streams": [
                "active": JSONValue(fleet.streams.count),
                "total": JSONValue(fleet.streams.count + fleet.endedStreams.count),
            ],
            "capacity": [
                "total": JSONValue(slots), "used": JSONValue(used), "available": JSONValue(max(0, slots - used)),
                "max_replicas": JSONValue(configuration.reconciler.maxReplicas),
                "min_replicas": JSONValue(configuration.bounds.minFree),
            ],
            "vpn": [
                "enabled": .bool(vpn.isEnabled), "connected": .bool(vpn.isConnected),
                "health": .string(vpn.health.rawValue), "container": JSONValue(vpn.leading?.name),
                "forwarded_port": vpn.leading?.forwardedPort.map(JSONValue.init) ?? .null,
            ],
            "provisioning": [
                "can_provision": .bool(block == nil),
                "circuit_breaker_state": .string(generalBreaker.state(now: now).rawValue),
                "last_failure": JSONValue(generalBreaker.lastFailure.map(RFC3339.text)),
                "blocked_reason": JSONValue(block?.message), "blocked_reason_details": block?.document ?? .null,
            ],
            "acexy": [
                "enabled": false, "deprecated": true, "healthy": nil, "url": nil, "last_health_check": nil,
                "message": "proxies report to the orchestrator; none is asked",
            ],
            "config": [
                "auto_delete": .bool(configuration.reconciler.removesSurplus),
                "grace_period_s": .integer(configuration.reconciler.gracePeriod.components.seconds),
                "engine_variant": .string(provider.name), "debug_mode": .bool(configuration.isDebugging),
            ],
            "timestamp": .string(RFC3339.text(now)),
        ]
    }

    /// Why no engine can be provisioned at present, in the words of the earlier API.
    private struct StatusBlock {
        var code: String
        var message: String
        var eta: Int64?
        var canRetry: Bool
        /// Whether it is a failure, and not just that there is no room.
        var isDegrading: Bool

        var document: JSONValue {
            [
                "code": .string(code), "message": .string(message),
                "recovery_eta_seconds": eta.map(JSONValue.integer) ?? .null, "can_retry": .bool(canRetry),
                "should_wait": true,
            ]
        }
    }

    private func provisioningBlock() -> StatusBlock? {
        if vpn.isEnabled, !vpn.isConnected {
            return StatusBlock(
                code: "vpn_disconnected", message: "the VPN that engines need is not connected", eta: 60,
                canRetry: true, isDegrading: true)
        }
        if generalBreaker.state(now: now) == .open {
            let seconds = generalBreaker.timeUntilProbe(now: now).components.seconds + 1
            return StatusBlock(
                code: "circuit_breaker", message: "provisioning keeps failing and is paused for \(seconds) s",
                eta: seconds, canRetry: false, isDegrading: true)
        }
        let limit = configuration.reconciler.maxReplicas
        guard fleet.engines.count + provisions.count >= limit else { return nil }
        return StatusBlock(
            code: "max_capacity", message: "the maximum of \(limit) engines is reached",
            eta: configuration.reconciler.gracePeriod.components.seconds, canRetry: false, isDegrading: false)
    }
}
