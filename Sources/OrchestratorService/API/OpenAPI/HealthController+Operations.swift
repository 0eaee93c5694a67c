extension HealthController {
    private static let ready = Schema.answer([
        "ready": Schema.flag, "role": Schema.choice("leader", "standby"), "engines": Schema.count,
        "active_streams": Schema.count,
        "circuit_state": Schema.choice("closed", "open", "half_open"), "timestamp": Schema.time,
        "limits": Schema.map(Schema.number),
    ])

    static let operations = [
        APIOperation("GET", "/health", "health", "Whether the program runs", .everybody)
            .answering(200, Schema.answer(["status": Schema.constant("ok"), "version": Schema.text]), "it does"),
        APIOperation("GET", "/health/ready", "health", "Whether it can see and create engines", .everybody)
            .answering(200, ready, "it can, within these limits")
            .answering(503, ready, "it cannot"),
        APIOperation("GET", "/health/status", "health", "The health of the engines and the breakers", .everybody)
            .answering(
                200,
                Schema.answer([
                    "total_engines": Schema.count, "healthy_engines": Schema.count, "unhealthy_engines": Schema.count,
                    "marked_for_replacement": Schema.count, "minimum_required": Schema.count,
                    "health_check_interval": Schema.count,
                    "circuit_breakers": Schema.answer([
                        "general": Schema.named("CircuitBreaker"), "replacement": Schema.named("CircuitBreaker"),
                    ]),
                ]), "the health"),
        APIOperation("GET", "/version", "health", "Which version runs", .everybody)
            .answering(
                200, Schema.answer(["service": Schema.constant("weir-orchestrator"), "version": Schema.text]),
                "the version"),
        APIOperation("GET", "/orchestrator/status", "health", "Everything that a proxy decides by", .readers)
            .answering(200, status, "the status"),
    ]

    private static let status = Schema.answer([
        "status": Schema.choice("healthy", "degraded", "unavailable"),
        "engines": counts("total", "running", "healthy", "unhealthy"), "streams": counts("active", "total"),
        "capacity": counts("total", "used", "available", "max_replicas", "min_replicas"),
        "vpn": Schema.answer([
            "enabled": Schema.flag, "connected": Schema.flag, "health": Schema.text,
            "container": Schema.optional(Schema.text), "forwarded_port": Schema.optional(Schema.integer),
        ]),
        "provisioning": Schema.answer([
            "can_provision": Schema.flag, "circuit_breaker_state": Schema.choice("closed", "open", "half_open"),
            "last_failure": Schema.optional(Schema.time), "blocked_reason": Schema.optional(Schema.text),
            "blocked_reason_details": Schema.optional(
                Schema.answer([
                    "code": Schema.text, "message": Schema.text,
                    "recovery_eta_seconds": Schema.optional(Schema.count), "can_retry": Schema.flag,
                    "should_wait": Schema.flag,
                ])),
        ]),
        "acexy": Schema.answer([
            "enabled": Schema.flag, "deprecated": Schema.flag, "healthy": Schema.optional(Schema.flag),
            "url": Schema.optional(Schema.text), "last_health_check": Schema.optional(Schema.time),
            "message": Schema.text,
        ]),
        "config": Schema.answer([
            "auto_delete": Schema.flag, "grace_period_s": Schema.count, "engine_variant": Schema.text,
            "debug_mode": Schema.flag,
        ]),
        "timestamp": Schema.time,
    ])

    private static func counts(_ names: String...) -> JSONValue {
        Schema.answer(names.reduce(into: [:]) { $0[$1] = Schema.count })
    }
}
