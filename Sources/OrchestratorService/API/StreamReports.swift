import Fleet

/// Reads the reports of proxies about their streams.
enum StreamReports {
    struct Ended: Sendable {
        var streamID: String?
        var reason: String
    }

    static func started(_ document: JSONValue) throws(ValidationError) -> StreamStart {
        try FieldReader.read(document, started)
    }

    static func ended(_ document: JSONValue) throws(ValidationError) -> Ended {
        try FieldReader.read(document, ended)
    }

    /// The reports of one batch, each in the order given.
    static func batch(_ document: JSONValue) throws(ValidationError) -> (started: [StreamStart], ended: [Ended]) {
        try FieldReader.read(document) { body in
            (body.objects("started").compactMap(started), body.objects("ended").compactMap(ended))
        }
    }

    private static func started(_ body: FieldReader) -> StreamStart? {
        let containerID = body.optionalString("container_id")
        let leaseID = body.optionalString("lease_id")
        let engine = body.object("engine")
        let host = engine?.string("host")
        let port = engine?.int("port", in: 0...65535)
        let stream = body.object("stream")
        let kind = stream?.choice("key_type", of: ContentKey.Kind.self)
        let key = stream?.words("key")
        let session = body.object("session")
        let sessionID = session?.string("playback_session_id")
        let statURL = session?.string("stat_url")
        let commandURL = session?.string("command_url")
        let isLive = session?.optionalFlag("is_live") ?? true
        let labels = body.strings("labels")
        guard let host, let port, let kind, let key, let sessionID, let statURL, let commandURL else { return nil }
        return StreamStart(
            explicitID: labels["stream_id"].flatMap { $0.isEmpty ? nil : $0 },
            content: ContentKey(kind: kind, value: key), playbackSessionID: sessionID, statURL: statURL,
            commandURL: commandURL, isLive: isLive, engineID: containerID,
            endpoint: EngineEndpoint(host: host, port: port), leaseID: leaseID)
    }

    private static func ended(_ body: FieldReader) -> Ended? {
        _ = body.optionalString("container_id")
        return Ended(
            streamID: body.optionalString("stream_id"), reason: body.optionalString("reason") ?? "unknown")
    }
}
