import Fleet

/// An event on its way to the orchestrator.
enum StreamEvent: Sendable {
    case started(StreamStartedEvent)
    case ended(StreamEndedEvent)
}

/// `POST /events/stream_started`, with the field names of the contract.
struct StreamStartedEvent: Encodable, Sendable {
    struct Engine: Encodable, Sendable {
        let host: String
        let port: Int
    }

    struct Stream: Encodable, Sendable {
        let key_type: String
        let key: String
    }

    struct Session: Encodable, Sendable {
        let playback_session_id: String
        let stat_url: String
        let command_url: String
        let is_live: Int
    }

    let container_id: String?
    let engine: Engine
    let stream: Stream
    let session: Session
    let labels: [String: String]
    let lease_id: String?

    /// - Parameter senderID: `ACEXY_CONTAINER_ID`, used when the engine's own id is not known.
    init(_ report: StreamReport, senderID: String?) {
        container_id = report.containerID ?? senderID
        engine = Engine(host: report.engine.host, port: report.engine.port)
        stream = Stream(key_type: report.content.kind.rawValue, key: report.content.value)
        session = Session(
            playback_session_id: report.playbackSessionID, stat_url: report.statURL, command_url: report.commandURL,
            is_live: report.isLive ? 1 : 0)
        labels = ["stream_id": report.streamID]
        lease_id = report.leaseID
    }
}

/// `POST /events/stream_ended`.
struct StreamEndedEvent: Encodable, Sendable {
    let container_id: String?
    let stream_id: String
    let reason: String

    init(_ report: StreamReport, senderID: String?, reason: String) {
        container_id = report.containerID ?? senderID
        stream_id = report.streamID
        self.reason = reason
    }
}
