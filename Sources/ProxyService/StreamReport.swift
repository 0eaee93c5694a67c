import Fleet
import Telemetry

/// What the orchestrator is told about a session, in the words of its event contract.
struct StreamReport: Sendable, Equatable {
    let content: ContentKey
    let engine: EngineEndpoint
    let containerID: String?
    let leaseID: String?
    let playbackSessionID: String
    let statURL: String
    let commandURL: String
    let isLive: Bool
    /// The trace of the request that started the session.
    let trace: TraceContext?

    /// `key|playback id`, where the playback id is the last element of the stat URL.
    var streamID: String {
        let playbackID = statURL.split(separator: "/").last.map(String.init) ?? playbackSessionID
        return "\(content.value)|\(playbackID)"
    }
}

/// Who is told that sessions start and end. Calls return at once and never fail.
protocol StreamReporter: Sendable {
    func started(_ report: StreamReport)
    func ended(_ report: StreamReport, reason: String)
    /// Waits until everything reported so far has been answered, at most `limit`.
    func drain(within limit: Duration) async
}
