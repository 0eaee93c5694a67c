import Fleet

extension StreamRecord {
    /// A stream as the API shows it.
    var document: JSONValue {
        [
            "id": .string(id),
            "key_type": .string(content.kind.rawValue),
            "key": .string(content.value),
            "container_id": .string(engineID),
            "playback_session_id": .string(playbackSessionID),
            "stat_url": .string(statURL),
            "command_url": .string(commandURL),
            "is_live": .bool(isLive),
            "started_at": .string(RFC3339.text(startedAt)),
            "ended_at": JSONValue(endedAt.map(RFC3339.text)),
            "end_reason": JSONValue(endReason),
            "status": isRunning ? "started" : "ended",
        ]
    }
}
