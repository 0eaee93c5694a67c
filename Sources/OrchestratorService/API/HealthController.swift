import Catalogue
import Fleet
import Hummingbird
import Scaling

/// `/health`, `/version`: for probes and for people.
struct HealthController: Sendable {
    let orchestrator: Orchestrator

    func addRoutes(to open: Routes) {
        open.get("/health", use: health)
        open.get("/health/ready", use: ready)
        open.get("/health/status", use: status)
        open.get("/version", use: version)
    }

    @Sendable func health(_ request: Request, context: APIContext) async throws -> Response {
        .json(["status": "ok", "version": .string(BuildInfo.version)])
    }

    /// 503 while engines can be neither seen nor created.
    @Sendable func ready(_ request: Request, context: APIContext) async throws -> Response {
        let (document, isReady) = await orchestrator.readinessDocument()
        return .json(document, status: isReady ? .ok : .serviceUnavailable)
    }

    @Sendable func status(_ request: Request, context: APIContext) async throws -> Response {
        .json(await orchestrator.healthDocument())
    }

    @Sendable func version(_ request: Request, context: APIContext) async throws -> Response {
        .json(["service": "weir-orchestrator", "version": .string(BuildInfo.version)])
    }
}

extension Orchestrator {
    func readinessDocument() -> (JSONValue, isReady: Bool) {
        let circuit = generalBreaker.state(now: now)
        let isReady = hasAdopted && circuit != .open && leadership.isLeading
        return (
            [
                "ready": .bool(isReady),
                "role": leadership.isLeading ? "leader" : "standby",
                "engines": JSONValue(fleet.engines.count),
                "active_streams": JSONValue(fleet.streams.count),
                "circuit_state": .string(circuit.rawValue),
                "timestamp": .string(RFC3339.text(now)),
                "limits": limitsDocument,
            ], isReady
        )
    }

    /// The limits that apply at present; times in seconds.
    private var limitsDocument: JSONValue {
        [
            "max_concurrent_provisions": JSONValue(limiter.maxConcurrent),
            "provisions_remaining": JSONValue(max(0, limiter.maxConcurrent - limiter.active)),
            "min_provision_interval_s": .number(limiter.minInterval.inSeconds),
            "startup_timeout_s": .number(configuration.startupTimeout.inSeconds),
            "request_timeout_s": .number(configuration.requestTimeout.inSeconds),
            "long_operation_timeout_s": .number(configuration.longOperationTimeout.inSeconds),
            "health_check_interval_s": .number(configuration.healthCheckInterval.inSeconds),
            "health_check_timeout_s": .number(configuration.healthCheckTimeout.inSeconds),
            "grace_period_s": .number(configuration.reconciler.gracePeriod.inSeconds),
            "lease_ttl_s": .number(configuration.limits.leaseTimeToLive.inSeconds),
            "proxy_ttl_s": .number(configuration.limits.proxyTimeToLive.inSeconds),
            "max_replicas": JSONValue(configuration.reconciler.maxReplicas),
            "max_streams_per_engine": JSONValue(configuration.limits.maxStreamsPerEngine),
        ]
    }

    func healthDocument() -> JSONValue {
        let engines = fleet.engines.values
        return [
            "total_engines": JSONValue(engines.count),
            "healthy_engines": JSONValue(engines.count { $0.health == .healthy }),
            "unhealthy_engines": JSONValue(engines.count { $0.health == .unhealthy }),
            "marked_for_replacement": JSONValue(engines.count { $0.removal == .unhealthy }),
            "minimum_required": JSONValue(configuration.bounds.minFree),
            "health_check_interval": .integer(configuration.healthCheckInterval.components.seconds),
            "circuit_breakers": [
                "general": document(generalBreaker), "replacement": document(replacementBreaker),
            ],
        ]
    }

    private func document(_ breaker: CircuitBreaker) -> JSONValue {
        [
            "state": .string(breaker.state(now: now).rawValue),
            "failure_count": JSONValue(breaker.failureCount),
            "failure_threshold": JSONValue(breaker.failureThreshold),
            "last_failure_time": JSONValue(breaker.lastFailure.map(RFC3339.text)),
            "last_success_time": JSONValue(breaker.lastSuccess.map(RFC3339.text)),
            "recovery_timeout": .integer(breaker.recoveryTimeout.components.seconds),
        ]
    }
}
