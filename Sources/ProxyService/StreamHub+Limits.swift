import Catalogue
import Fleet
import Settings

/// What the hub refuses so that those it serves are served well.
extension StreamHub {
    /// - Throws: when as many viewers as allowed watch `session`, or wait to.
    func checkRoom(for session: Session) throws(StartFailure) {
        let limit = settings.limits.viewersPerSession
        guard limit > 0 else { return }
        let count = session.viewers.count + session.tickets.count + session.waiters.count
        if count + (session.tap?.stream.audience.count ?? 0) >= limit { throw .limited(by: .viewers) }
    }

    /// - Throws: when as many viewers as allowed, those of HLS included, watch the session that `stream` is cut from.
    func checkRoom(for player: HLSViewer, of stream: CutStream) throws(StartFailure) {
        let limit = settings.limits.viewersPerSession
        guard limit > 0 else { return }
        let audience = stream.audience
        let session = sessions.values.first { $0.tap?.stream === stream }
        if !audience.contains(player), audience.count + (session?.viewers.count ?? 0) >= limit {
            throw .limited(by: .viewers)
        }
    }

    /// - Parameter client: who asks for the session.
    /// - Throws: when no further session may be opened.
    func checkRoomForSession(of client: IPAddress?) throws(StartFailure) {
        if let limit = sessionLimit { throw .limited(by: limit) }
        let limit = settings.limits.sessionsPerClient
        if limit > 0, let client, startedSessions[client.client, default: 0] >= limit {
            throw .limited(by: .clientSessions)
        }
    }

    /// The limit that stands in the way of a new session, whoever asks for it.
    var sessionLimit: LimitReason? {
        if settings.limits.sessions > 0, sessionCount >= settings.limits.sessions { return .sessions }
        if bufferBytes + settings.ringBytes > maximumBufferBytes { return .memory }
        return descriptors.hasRoom ? nil : .descriptors
    }

    /// - Throws: when `content` is not being cut into segments yet and there is no memory for them.
    func checkRoomForSegments(of content: ContentKey) throws(StartFailure) {
        if joinableSession(playing: content)?.tap == nil { try checkRoomForSegments() }
    }

    /// - Throws: when there is no memory for the segments of another stream.
    func checkRoomForSegments() throws(StartFailure) {
        if bufferBytes + CutStream.maximumBytes > maximumBufferBytes { throw .limited(by: .memory) }
    }

    /// Bytes that rings have and streams that are cut into segments may have.
    private var bufferBytes: Int { ringBytes + segmentMemory.byteCount }

    /// Bytes of all rings.
    var ringBytes: Int { sessions.values.reduce(0) { $0 + $1.buffer.ring.capacity } }

    /// Notes who has started a session, as long as it runs.
    func noteStarter(_ client: IPAddress?, of session: Session) {
        guard settings.limits.sessionsPerClient > 0, let client = client?.client else { return }
        session.starter = client
        startedSessions[client, default: 0] += 1
    }

    func forgetStarter(of session: Session) {
        guard let client = session.starter else { return }
        session.starter = nil
        let count = startedSessions[client, default: 1] - 1
        startedSessions[client] = count > 0 ? count : nil
    }
}
