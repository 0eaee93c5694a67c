import Catalogue
import EngineAPI
import Fleet
import Logging
import NIOCore
import Outbound
import Playlist
import Settings
import Telemetry

/// HLS for players: sessions of engines that deliver playlists and segments, and what is fetched from them.
///
/// However many ask for one content, one engine session is started, and each segment is fetched once. Players get names
/// that mean something within a session only, so nothing else can be asked for through them.
actor HLSGateway {
    struct SegmentKey: Hashable {
        let session: String
        let number: UInt64
    }

    /// A stream that is being cut into segments.
    struct Cut {
        let stream: CutStream
        var names: Set<ContentKey>
        /// Whether its engine has been asked for HLS and delivers none.
        var replacesEngine = false
    }

    /// A longer segment is refused.
    static let maximumSegmentBytes = 32 << 20
    static let segmentTimeout = Duration.seconds(30)
    static let playlistTimeout = Duration.seconds(10)
    /// Fetches of segments under way at most.
    static let maximumFetches = 64
    static let cancelled = StartFailure(outcome: .cancelled, message: "the session was given up")

    let settings: ProxySettings
    let hub: StreamHub
    let outbound: OutboundClient
    let reporter: any StreamReporter
    let metrics: HLSMetrics
    let logger: Logger
    let clock = ContinuousClock()

    var sessions: [String: HLSSession] = [:]
    var joinable: [ContentKey: HLSSession] = [:]
    var cache: SegmentCache<SegmentKey, ByteBuffer>
    var fetches: [SegmentKey: Task<Result<ByteBuffer, HLSFailure>, Never>] = [:]
    /// Streams that are being cut into segments.
    var cuts: [String: Cut] = [:]
    var dismissed = DismissedPlayers()
    var sweeper: Task<Void, Never>?
    var isShuttingDown = false

    init(
        settings: ProxySettings, hub: StreamHub, outbound: OutboundClient, reporter: any StreamReporter,
        registry: Registry, logger: Logger
    ) {
        self.settings = settings
        self.hub = hub
        self.outbound = outbound
        self.reporter = reporter
        self.logger = logger
        cache = SegmentCache(byteLimit: settings.segmentCacheBytes)
        metrics = HLSMetrics(registry: registry, cacheLimit: settings.segmentCacheBytes)
    }

    // MARK: Requests

    /// The playlist of `content`, whose session is started if need be.
    ///
    /// Where the engine is gone or knows the session no more, another one is started, once. Where the engine is a
    /// proxy, which delivers no HLS, its stream is cut.
    func manifest(
        _ content: ContentKey, parameters: [(name: String, value: String)], for visit: HLSVisit
    ) async -> HLSReply {
        do throws(StartFailure) {
            return try await playlist(of: content, parameters: parameters, for: visit)
        } catch {
            return .failure(error)
        }
    }

    /// The same; throws why there is no session.
    func playlist(
        of content: ContentKey, parameters: [(name: String, value: String)], for visit: HLSVisit
    ) async throws(StartFailure) -> HLSReply {
        let names = await hub.names(of: content)
        if let refusal = refusal(of: visit.viewer, from: names) { return refusal }
        if let running = cut(names), running.replacesEngine, !running.stream.isOver(for: visit.viewer) {
            return try await cut(content, parameters: parameters, for: visit)
        }
        var isRetry = false
        while true {
            let session: HLSSession
            do throws(StartFailure) {
                session = try await self.session(of: content, parameters: parameters, viewer: visit.viewer)
            } catch {
                guard error.isWithoutPlaylist else { throw error }
                return try await cut(content, parameters: parameters, for: visit, insteadOfEngine: true)
            }
            guard let number = session.rootNumber else { return .answer(HLSFailure.unknown.answer) }
            switch await text(ofPlaylist: number, in: session) {
            case .success(let text):
                metrics.playlists[.engine]?.increment()
                return .playlist(text.bytes(for: visit.address))
            case .failure(let failure):
                guard [.connection, .notFound].contains(failure.outcome), !isRetry else {
                    return .answer(failure.answer)
                }
                isRetry = true
                end(session, reason: .networkError)
            }
        }
    }

    /// A segment, key or nested playlist of a session.
    /// - Parameter name: the last element of the path.
    func resource(session id: Substring, name: Substring, for visit: HLSVisit) async -> HLSReply {
        if let reply = cutSegment(session: String(id), name: name, viewer: visit.viewer) { return reply }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard let session = sessions[String(id)], session.isStarted, parts.count == 2, let number = UInt64(parts[0]),
            let origin = session.resources[number], HLSSession.fileExtension(of: origin) == parts[1]
        else { return .answer(HLSFailure.unknown.answer) }
        if let refusal = refusal(of: visit.viewer, from: session.names) { return refusal }
        let sent = note(visit.viewer, in: session)
        guard origin.role != .playlist else {
            switch await text(ofPlaylist: number, in: session) {
            case .success(let text):
                metrics.playlists[.engine]?.increment()
                return .playlist(text.bytes(for: visit.address))
            case .failure(let failure): return .answer(failure.answer)
            }
        }
        switch await segment(number, origin, of: session) {
        case .success(let bytes):
            return .segment(bytes, contentType: HLSSession.contentType(of: origin), source: .engine, sent: sent)
        case .failure(let failure): return .answer(failure.answer)
        }
    }

    /// The viewers and the stat URL of the session that plays `content`.
    func status(of content: ContentKey) async -> (clients: Int, statURL: String)? {
        let names = await hub.names(of: content)
        guard let session = names.lazy.compactMap({ self.joinable[$0] }).first else { return nil }
        return (session.audience.count, session.playback?.statURL ?? "")
    }

    func isCurrent(_ session: HLSSession) -> Bool { sessions[session.id] === session }

    @discardableResult
    func note(_ viewer: HLSViewer, in session: HLSSession) -> ByteCount {
        let count = session.audience.count
        let sent = session.audience.note(viewer, id: hub.numbers.next(), now: clock.now)
        // The gauges take a look at everybody, which is not for every request.
        if session.audience.count != count { updateGauges() }
        return sent
    }

    func updateGauges() {
        updateCutGauges()
        metrics.sessions[.engine]?.set(sessions.count)
        metrics.viewers[.engine]?.set(sessions.values.reduce(0) { $0 + $1.audience.count })
    }

    func log(_ message: Logger.Message, of session: HLSSession, _ metadata: Logger.Metadata) {
        TraceContext.$current.withValue(session.trace) {
            logger.info(message, metadata: metadata.merging(["content": "\(session.content.value)"]) { own, _ in own })
        }
    }
}
