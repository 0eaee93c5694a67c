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
        let blocked = blockDocument()
        let used = fleet.totalLoad
        return [
            "status": engines.isEmpty ? "unavailable" : blocked.isCircuit ? "degraded" : "healthy",
            "engines": [
                "total": JSONValue(engines.count), "running": JSONValue(engines.count),
                "healthy": JSONValue(healthy), "unhealthy": JSONValue(engines.count { $0.health == .unhealthy }),
            ],
            "streams": ["active": JSONValue(fleet.streams.count), "total": JSONValue(fleet.streams.count)],
            "capacity": [
                "total": JSONValue(slots), "used": JSONValue(used), "available": JSONValue(max(0, slots - used)),
                "max_replicas": JSONValue(configuration.reconciler.maxReplicas),
                "min_replicas": JSONValue(configuration.bounds.minFree),
            ],
            "vpn": [
                "enabled": false, "connected": false, "health": "disabled", "container": nil, "forwarded_port": nil,
            ],
            "provisioning": [
                "can_provision": .bool(blocked.details == .null),
                "circuit_breaker_state": .string(generalBreaker.state(now: now).rawValue),
                "last_failure": JSONValue(generalBreaker.lastFailure.map(RFC3339.text)),
                "blocked_reason": blocked.reason, "blocked_reason_details": blocked.details,
            ],
            "config": [
                "auto_delete": .bool(configuration.reconciler.removesSurplus),
                "grace_period_s": .integer(configuration.reconciler.gracePeriod.components.seconds),
                "engine_variant": .string(provider.name), "debug_mode": false,
            ],
            "timestamp": .string(RFC3339.text(now)),
        ]
    }

    private func blockDocument() -> (reason: JSONValue, details: JSONValue, isCircuit: Bool) {
        if generalBreaker.state(now: now) == .open {
            let seconds = generalBreaker.timeUntilProbe(now: now).components.seconds + 1
            let message = "provisioning keeps failing and is paused for \(seconds) s"
            return (.string(message), details("circuit_breaker", message, eta: seconds), true)
        }
        let limit = configuration.reconciler.maxReplicas
        guard fleet.engines.count + provisions.count >= limit else { return (nil, nil, false) }
        let message = "the maximum of \(limit) engines is reached"
        let eta = configuration.reconciler.gracePeriod.components.seconds
        return (.string(message), details("max_capacity", message, eta: eta), false)
    }

    private func details(_ code: JSONValue, _ message: String, eta: Int64) -> JSONValue {
        [
            "code": code, "message": .string(message), "recovery_eta_seconds": .integer(eta), "can_retry": true,
            "should_wait": true,
        ]
    }
}
