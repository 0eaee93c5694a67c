import Fleet
import Scaling
import Storage

/// The documents that several operations share, by name.
enum APISchemas {
    static let all: [String: JSONValue] = [
        "Detail": Schema.answer(["detail": Schema.any(Schema.text, ["type": "object"])]),
        "ValidationError": Schema.answer([
            "detail": Schema.list(
                Schema.answer([
                    "type": Schema.text, "loc": Schema.list(Schema.any(Schema.text, Schema.integer)),
                    "msg": Schema.text, "input": [:],
                ]))
        ]),
        "Problem": Schema.answer([
            "type": Schema.text, "title": Schema.text, "status": Schema.integer(400...599), "code": Schema.text,
            "detail": Schema.text,
        ]),
        "Engine": engine,
        "Stream": stream,
        "Container": Schema.answer([
            "id": Schema.text, "name": Schema.text, "image": Schema.text, "created": Schema.time,
            "status": Schema.text, "labels": Schema.map(Schema.text),
            "ports": Schema.map(Schema.list(Schema.answer(["HostIp": Schema.text, "HostPort": Schema.text]))),
        ]),
        "EngineStatistics": Schema.answer([
            "container_id": Schema.text, "cpu_percent": Schema.number, "memory_usage": Schema.count,
            "memory_limit": Schema.count, "memory_percent": Schema.number,
            "network_rx_bytes": Schema.optional(Schema.count), "network_tx_bytes": Schema.optional(Schema.count),
            "block_read_bytes": Schema.optional(Schema.count), "block_write_bytes": Schema.optional(Schema.count),
        ]),
        "CircuitBreaker": Schema.answer([
            "state": Schema.choice(CircuitBreaker.State.self), "failure_count": Schema.count,
            "failure_threshold": Schema.count, "last_failure_time": Schema.optional(Schema.time),
            "last_success_time": Schema.optional(Schema.time), "recovery_timeout": Schema.count,
        ]),
        "Event": Schema.answer([
            "id": Schema.count, "timestamp": Schema.time, "event_type": Schema.choice(EventRecord.EventType.self),
            "category": Schema.text, "message": Schema.text, "details": Schema.map(Schema.text),
            "container_id": Schema.optional(Schema.text), "stream_id": Schema.optional(Schema.text),
        ]),
        "StreamStarted": streamStarted,
        "StreamEnded": streamEnded,
        "VPN": vpn,
    ]

    private static let engine = Schema.answer([
        "container_id": Schema.text, "container_name": Schema.text, "host": Schema.text,
        "port": Schema.integer(0...65535), "labels": Schema.map(Schema.text), "first_seen": Schema.time,
        "last_seen": Schema.time, "streams": Schema.list(Schema.text),
        "health_status": Schema.choice(EngineHealth.self), "last_health_check": Schema.optional(Schema.time),
        "last_stream_usage": Schema.optional(Schema.time), "leases": Schema.count, "stream_count": Schema.count,
        "forwarded": Schema.flag, "forwarded_port": Schema.optional(Schema.integer),
        "vpn_container": Schema.optional(Schema.text), "engine_variant": Schema.optional(Schema.text),
        "api_port": Schema.optional(Schema.integer), "platform": Schema.optional(Schema.text),
        "version": Schema.optional(Schema.text), "last_cache_cleanup": Schema.optional(Schema.time),
        "cache_size_bytes": Schema.optional(Schema.count),
    ])

    private static let streamFields: [String: JSONValue] = [
        "id": Schema.text, "key_type": Schema.choice(ContentKey.Kind.self), "key": Schema.text,
        "container_id": Schema.text, "container_name": Schema.optional(Schema.text),
        "playback_session_id": Schema.text, "stat_url": Schema.text, "command_url": Schema.text,
        "is_live": Schema.flag, "started_at": Schema.time, "ended_at": Schema.optional(Schema.time),
        "end_reason": Schema.optional(Schema.text), "status": Schema.choice("started", "ended"),
        "peers": Schema.optional(Schema.integer), "speed_down": Schema.optional(Schema.integer),
        "speed_up": Schema.optional(Schema.integer), "downloaded": Schema.optional(Schema.integer),
        "uploaded": Schema.optional(Schema.integer), "livepos": Schema.optional(livePosition),
    ]
    private static let stream = Schema.answer(streamFields)

    static let livePosition = Schema.answer([
        "pos": Schema.optional(Schema.text), "live_first": Schema.optional(Schema.text),
        "live_last": Schema.optional(Schema.text), "first_ts": Schema.optional(Schema.text),
        "last_ts": Schema.optional(Schema.text), "buffer_pieces": Schema.optional(Schema.text),
    ])

    /// A report that was taken in: the stream's fields, but for its status, and the stream as it is.
    static let accepted = Schema.answer(
        streamFields.merging([
            "status": Schema.constant("accepted"), "stream": Schema.optional(Schema.named("Stream")),
            "updated": Schema.flag,
        ]) { _, own in own }, optional: Set(streamFields.keys).subtracting(["status"]).union(["updated"]))

    /// 0 to 65535, as a number or as text.
    private static let port = Schema.any(
        Schema.integer(0...65535),
        Schema.pattern(
            "^([0-9]{1,4}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])$"))

    static let engineAddress = Schema.request(["host": Schema.text, "port": port], required: ["host", "port"])

    private static let streamStarted = Schema.request(
        [
            "container_id": Schema.optional(Schema.text), "lease_id": Schema.optional(Schema.text),
            "engine": engineAddress,
            "stream": Schema.request(
                ["key_type": Schema.choice(ContentKey.Kind.self), "key": Schema.words], required: ["key_type", "key"]),
            "session": Schema.request(
                [
                    "playback_session_id": Schema.text, "stat_url": Schema.text, "command_url": Schema.text,
                    "is_live": Schema.optional(
                        Schema.any(Schema.flag, Schema.integer, Schema.pattern("^[+-]?[0-9]{1,18}$"))),
                ], required: ["playback_session_id", "stat_url", "command_url"]),
            "labels": Schema.optional(Schema.map(Schema.optional(Schema.text))),
        ], required: ["engine", "stream", "session"])

    private static let streamEnded = Schema.request([
        "container_id": Schema.optional(Schema.text), "stream_id": Schema.optional(Schema.text),
        "reason": Schema.optional(Schema.text),
    ])

    private static let vpnContainer: [String: JSONValue] = [
        "enabled": Schema.flag, "status": Schema.text, "container": Schema.optional(Schema.text),
        "container_name": Schema.optional(Schema.text), "health": Schema.choice(VPNStatus.Health.self),
        "connected": Schema.flag, "forwarded_port": Schema.optional(Schema.integer),
        "public_ip": Schema.optional(Schema.text), "provider": Schema.optional(Schema.text),
        "country": Schema.optional(Schema.text), "city": Schema.optional(Schema.text),
        "region": Schema.optional(Schema.text), "last_check": Schema.optional(Schema.time),
        "last_check_at": Schema.optional(Schema.time),
    ]

    private static let vpn = Schema.answer(
        vpnContainer.merging([
            "mode": Schema.choice("single", "redundant", "disabled"),
            "vpn1": Schema.optional(Schema.answer(vpnContainer)),
            "vpn2": Schema.optional(Schema.answer(vpnContainer)),
            "emergency_mode": Schema.answer([
                "active": Schema.flag, "failed_vpn": Schema.optional(Schema.text),
                "healthy_vpn": Schema.optional(Schema.text), "duration_seconds": Schema.count,
            ]),
        ]) { _, own in own })
}
