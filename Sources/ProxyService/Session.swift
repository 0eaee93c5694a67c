import EngineAPI
import Fleet
import Settings
import Telemetry

/// One engine session and everybody who watches it. Belongs to the hub's event thread.
final class Session {
    enum Phase {
        /// An engine is being leased and asked.
        case starting(Task<Void, Never>)
        /// The engine has named the stream; its first byte has not come.
        case connecting
        case playing
        /// The engine has closed the stream; viewers are sent the rest.
        case draining
    }

    /// A request that waits for its first byte.
    struct Waiter {
        let continuation: CheckedContinuation<Result<StreamTicket, StartFailure>, Never>
        /// When the wait for a random-access point ends; set once bytes are there.
        var joinDeadline: ContinuousClock.Instant?
        let demand: ViewerDemand
    }

    let id: UInt64
    /// The content as the engine was asked for it.
    let content: ContentKey
    /// Further parameters of the request that started the session, for every engine that is asked.
    let parameters: [(name: String, value: String)]
    /// Every canonical name under which newcomers find the session.
    var names: Set<ContentKey> = []
    let createdAt: ContinuousClock.Instant
    /// The trace of the request that started the session.
    let trace: TraceContext?
    /// The proxies that this request came through, for every engine that is asked.
    let chain = ProxyChain.current
    /// The client that has started the session, where that is limited.
    var starter: IPAddress?
    var phase: Phase
    var buffer: StreamBuffer
    var upstream: Upstream?
    /// The engine's addresses that have not been tried yet.
    var addresses: ArraySlice<SocketAddress> = []
    var connectFailure = ""
    var playback: PlaybackSession?
    /// Set once the engine has answered; before, whoever asks it holds the grant.
    var grant: EngineGrant?
    /// Whether an engine was asked for the content.
    var hasAskedEngine = false
    /// Engines that turned out to be gone before they delivered.
    var deadEngines = RejectedEngines()
    /// Why the session ended before its first byte.
    var failure: StartFailure?
    var waiters: [UInt64: Waiter] = [:]
    /// Tickets given out whose connection has not been handed over yet.
    var tickets: Set<UInt64> = []
    var viewers = ViewerList()
    /// What viewers that have left were sent.
    var sentToFormerViewers: UInt64 = 0
    var bitrate = RateMeter()
    /// Which bytes came when, where new viewers get more than the newest.
    var arrivals = ArrivalHistory()
    var failoverCount = 0
    /// Cuts the stream into segments while players want HLS.
    var tap: StreamTap?
    var firstByteAt: ContinuousClock.Instant?
    var lastByteAt: ContinuousClock.Instant
    /// Bytes left out of the buffer that the metrics know of.
    var discardedBytesCounted: UInt64 = 0
    /// Bytes of null packets that the metrics know of.
    var nullBytesCounted: UInt64 = 0
    /// While the engine sends nothing for longer than it should: up to when that has been counted.
    var stallCountedUntil: ContinuousClock.Instant?
    /// When the engine was asked for the stream's bytes; nil once it has answered or has not been asked.
    var playAskedAt: ContinuousClock.Instant?
    /// When the bytes that wait for more are sent; nil while none wait.
    var flushAt: ContinuousClock.Instant?
    /// Up to where viewers have been offered the stream: where those in step stand.
    var flushedLimit: UInt64 = 0
    /// What those in step are sent.
    var chunk = SharedChunk()
    /// While another engine is looked for.
    var failover: Failover?
    /// Whether no other engine was found for a stall: none is looked for again before a byte has come.
    var hasSearchedInVain = false
    /// When the failovers of the last minute began.
    var failoverTimes: [ContinuousClock.Instant] = []
    /// When the last viewer left; nil while somebody watches or waits.
    var idleSince: ContinuousClock.Instant?

    init(
        id: UInt64, content: ContentKey, parameters: [(name: String, value: String)],
        buffer: consuming StreamBuffer, phase: Phase, trace: TraceContext?, now: ContinuousClock.Instant
    ) {
        self.id = id
        self.content = content
        self.parameters = parameters
        self.buffer = buffer
        self.phase = phase
        self.trace = trace
        createdAt = now
        lastByteAt = now
    }

    var isWanted: Bool { !waiters.isEmpty || !tickets.isEmpty || !viewers.isEmpty || tap != nil }

    var isPlaying: Bool {
        if case .playing = phase { true } else { false }
    }

    /// What the orchestrator is told; nil before the engine has named the stream.
    var report: StreamReport? {
        guard let playback, let grant else { return nil }
        return StreamReport(
            content: content, engine: grant.engine, containerID: grant.containerID, leaseID: grant.leaseID,
            playbackSessionID: playback.playbackSessionID, statURL: playback.statURL, commandURL: playback.commandURL,
            isLive: playback.isLive, trace: trace)
    }
}

/// The right to join a session, held between "there is something to send" and the hand-over of the connection.
package struct StreamTicket: Sendable, Equatable {
    package let sessionID: UInt64
    package let id: UInt64
    let demand: ViewerDemand

    package init(sessionID: UInt64, id: UInt64, demand: ViewerDemand) {
        self.sessionID = sessionID
        self.id = id
        self.demand = demand
    }
}
