import Fleet

extension FleetState {
    /// An engine as the API shows it.
    func document(_ engine: Engine) -> JSONValue {
        [
            "container_id": .string(engine.id),
            "container_name": .string(engine.name),
            "host": .string(engine.endpoint.host),
            "port": JSONValue(engine.endpoint.port),
            "labels": .object(engine.labels.mapValues(JSONValue.string)),
            "first_seen": .string(RFC3339.text(engine.firstSeen)),
            "last_seen": .string(RFC3339.text(engine.lastSeen)),
            "streams": .array(streamIDs(of: engine.id).map(JSONValue.string)),
            "health_status": .string(engine.health.rawValue),
            "last_health_check": JSONValue(engine.lastHealthCheck.map(RFC3339.text)),
            "last_stream_usage": JSONValue(engine.lastStreamUsage.map(RFC3339.text)),
            "leases": JSONValue(load(of: engine.id) - streamIDs(of: engine.id).count),
        ]
    }

    /// All engines, by name.
    var enginesDocument: JSONValue { .array(sortedEngines.map(document)) }

    var sortedEngines: [Engine] {
        engines.values.sorted { ($0.name.count, $0.name, $0.id) < ($1.name.count, $1.name, $1.id) }
    }
}
