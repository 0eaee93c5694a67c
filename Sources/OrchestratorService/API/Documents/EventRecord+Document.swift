import Storage

extension EventRecord {
    /// An entry of the event log as the API shows it.
    var document: JSONValue {
        [
            "id": .integer(id),
            "timestamp": .string(RFC3339.text(at)),
            "event_type": .string(type.rawValue),
            "category": .string(category),
            "message": .string(message),
            "details": .object(details.mapValues(JSONValue.string)),
            "container_id": JSONValue(engineID),
            "stream_id": JSONValue(streamID),
        ]
    }
}
