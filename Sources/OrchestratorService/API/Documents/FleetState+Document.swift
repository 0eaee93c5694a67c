import Fleet

extension FleetState {
    /// An engine as the API shows it.
    func document(_ engine: Engine) -> JSONValue {
        let streamIDs = streamIDs(of: engine.id)
        return [
            "container_id": .string(engine.id),
            "container_name": .string(engine.name),
            "host": .string(engine.endpoint.host),
            "port": JSONValue(engine.endpoint.port),
            "labels": .object(engine.labels.mapValues(JSONValue.string)),
            "first_seen": .string(RFC3339.text(engine.firstSeen)),
            "last_seen": .string(RFC3339.text(engine.lastSeen)),
            "streams": .array(streamIDs.map(JSONValue.string)),
            "health_status": .string(engine.health.rawValue),
            "last_health_check": JSONValue(engine.lastHealthCheck.map(RFC3339.text)),
            "last_stream_usage": JSONValue(engine.lastStreamUsage.map(RFC3339.text)),
            "leases": JSONValue(load(of: engine.id) - streamIDs.count),
            "stream_count": JSONValue(streamIDs.count),
            "forwarded": .bool(engine.labels["acestream.forwarded"] == "true"),
            "forwarded_port": engine.number("acestream.forwarded_port").map(JSONValue.init) ?? .null,
            "vpn_container": JSONValue(engine.labels["acestream.vpn_container"]),
            "engine_variant": JSONValue(engine.labels["acestream.engine_variant"]),
            "api_port": engine.number("acestream.api_port").map(JSONValue.init) ?? .null,
            // What the earlier API has and nobody here knows.
            "platform": nil,
            "version": nil,
            "last_cache_cleanup": nil,
            "cache_size_bytes": nil,
        ]
    }

    /// All engines, by name.
    var enginesDocument: JSONValue { .array(sortedEngines.map(document)) }

    var sortedEngines: [Engine] {
        engines.values.sorted { ($0.name.count, $0.name, $0.id) < ($1.name.count, $1.name, $1.id) }
    }
}
