import Fleet

/// An event on its way to the orchestrator.
enum StreamEvent: QueuedEvent {
    case started(StreamStartedEvent)
    case ended(StreamEndedEvent)

    var isStart: Bool {
        if case .started = self { true } else { false }
    }

    var streamID: String {
        switch self {
        case .started(let event): event.labels["stream_id"] ?? ""
        case .ended(let event): event.streamId
        }
    }
}

/// `POST /events/batch`; starts are taken in before ends.
struct StreamEventBatch: Encodable, Sendable {
    var started: [StreamStartedEvent] = []
    var ended: [StreamEndedEvent] = []

    init(_ events: [StreamEvent]) {
        for event in events {
            switch event {
            case .started(let event): started.append(event)
            case .ended(let event): ended.append(event)
            }
        }
    }
}

/// `POST /events/stream_started`, with the field names of the contract.
struct StreamStartedEvent: Encodable, Sendable {
    struct Engine: Encodable, Sendable {
        let host: String
        let port: Int
    }

    struct Stream: Encodable, Sendable {
        let keyType: String
        let key: String
    }

    struct Session: Encodable, Sendable {
        let playbackSessionId: String
        let statUrl: String
        let commandUrl: String
        let isLive: Int
    }

    let containerId: String?
    let engine: Engine
    let stream: Stream
    let session: Session
    let labels: [String: String]
    let leaseId: String?

    /// - Parameter senderID: `ACEXY_CONTAINER_ID`, used when the engine's own id is not known.
    init(_ report: StreamReport, senderID: String?) {
        containerId = report.containerID ?? senderID
        engine = Engine(host: report.engine.host, port: report.engine.port)
        stream = Stream(keyType: report.content.kind.rawValue, key: report.content.value)
        session = Session(
            playbackSessionId: report.playbackSessionID, statUrl: report.statURL, commandUrl: report.commandURL,
            isLive: report.isLive ? 1 : 0)
        labels = ["stream_id": report.streamID]
        leaseId = report.leaseID
    }
}

/// `POST /events/stream_ended`.
struct StreamEndedEvent: Encodable, Sendable {
    let containerId: String?
    let streamId: String
    let reason: String

    init(_ report: StreamReport, senderID: String?, reason: String) {
        containerId = report.containerID ?? senderID
        streamId = report.streamID
        self.reason = reason
    }
}
