import Fleet

extension StreamRecord {
    /// A stream as the API shows it, without what its engine says of it.
    var document: JSONValue { document(nil, engineName: nil) }

    /// A stream as the API shows it. What is not known is null.
    func document(_ statistics: StreamStatistics?, engineName: String?) -> JSONValue {
        .object([
            "id": .string(id),
            "key_type": .string(content.kind.rawValue),
            "key": .string(content.value),
            "container_id": .string(engineID),
            "container_name": JSONValue(engineName),
            "playback_session_id": .string(playbackSessionID),
            "stat_url": .string(statURL),
            "command_url": .string(commandURL),
            "is_live": .bool(isLive),
            "started_at": .string(RFC3339.text(startedAt)),
            "ended_at": JSONValue(endedAt.map(RFC3339.text)),
            "end_reason": JSONValue(endReason),
            "status": isRunning ? "started" : "ended",
            "peers": JSONValue(optional: statistics?.peers),
            "speed_down": JSONValue(optional: statistics?.speedDown),
            "speed_up": JSONValue(optional: statistics?.speedUp),
            "downloaded": JSONValue(optional: statistics?.downloaded),
            "uploaded": JSONValue(optional: statistics?.uploaded),
            "livepos": statistics?.livePosition?.document ?? .null,
        ])
    }
}

extension LivePosition {
    /// As engines write it: numbers as text.
    var document: JSONValue {
        func text(_ number: Int64?) -> JSONValue { JSONValue(number.map { String($0) }) }
        return [
            "pos": text(position), "live_first": text(first), "live_last": text(last), "first_ts": text(first),
            "last_ts": text(last), "buffer_pieces": text(bufferPieces),
        ]
    }
}

extension StreamSample {
    var document: JSONValue {
        [
            "ts": .string(RFC3339.text(at)),
            "peers": JSONValue(optional: peers),
            "speed_down": JSONValue(optional: speedDown),
            "speed_up": JSONValue(optional: speedUp),
            "downloaded": JSONValue(optional: downloaded),
            "uploaded": JSONValue(optional: uploaded),
            "status": JSONValue(status),
        ]
    }
}

extension JSONValue {
    init(optional number: (some BinaryInteger)?) {
        self = number.map { .integer(Int64($0)) } ?? .null
    }
}
