import Catalogue
import EngineAPI
import Fleet
import Playlist
import Settings
import Telemetry

/// One engine session that delivers HLS, for everybody who asks for its content. Belongs to ``HLSGateway``.
final class HLSSession {
    /// One of the session's playlists.
    final class Listing {
        let origin: ResourceNames.Origin
        /// As players get it; nil before the first answer.
        var text: PlaylistTemplate?
        /// Whether it can be played: it lists something, or will list no more.
        var isPlayable = false
        var isComplete = false
        /// How long it counts as new.
        var lifetime = Duration.milliseconds(500)
        var readAt: ContinuousClock.Instant?
        var changedAt: ContinuousClock.Instant
        /// Why the latest try to read it failed; nil when it did not.
        var failure: HLSFailure?
        var refresh: Task<Void, Never>?

        init(origin: ResourceNames.Origin, now: ContinuousClock.Instant) {
            self.origin = origin
            changedAt = now
        }
    }

    private static let maximumPlaylists = 64
    /// Paths of the engine that do something else than deliver.
    private static let closedPaths = [
        "/ace/cmd/", "/ace/event/", "/ace/getstream", "/ace/manifest.m3u8", "/ace/stat/", "/server/", "/webui/",
    ]

    /// 128 random bits in hexadecimal digits.
    let id: String
    /// The id that operators see.
    let number: UInt64
    let content: ContentKey
    let parameters: [(name: String, value: String)]
    /// Who has started the session.
    let starter: IPAddress?
    let trace: TraceContext?
    let createdAt: ContinuousClock.Instant
    /// Under which names newcomers find the session.
    var names: Set<ContentKey>
    /// Ends with why the session cannot be played, nil when it can.
    var start: Task<StartFailure?, Never>?
    var isStarted = false
    var isEnded = false
    /// Another session of the same content, in whose favour this one has ended.
    var successor: HLSSession?
    var grant: EngineGrant?
    var playback: PlaybackSession?
    var audience: HLSAudience
    /// Bytes of playlists and segments that came from the engine.
    var receivedBytes: UInt64 = 0
    var resources = ResourceNames()
    private var listings: [UInt64: Listing] = [:]

    init(
        number: UInt64, content: ContentKey, names: Set<ContentKey>, parameters: [(name: String, value: String)],
        starter: IPAddress?, trace: TraceContext?, now: ContinuousClock.Instant
    ) {
        id = Self.randomID()
        self.number = number
        self.content = content
        self.names = names
        self.parameters = parameters
        self.starter = starter
        self.trace = trace
        createdAt = now
        audience = HLSAudience(now: now)
    }

    static func randomID() -> String {
        (0..<2).map { _ in
            let digits = String(UInt64.random(in: 0...(.max)), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    /// The number and state of a playlist of the session.
    func listing(_ number: UInt64, now: ContinuousClock.Instant) -> Listing? {
        if let listing = listings[number] { return listing }
        guard let origin = resources[number], origin.role == .playlist, listings.count < Self.maximumPlaylists else {
            return nil
        }
        let listing = Listing(origin: origin, now: now)
        listings[number] = listing
        return listing
    }

    /// The number of the playlist that the engine named for the session.
    var rootNumber: UInt64? {
        playback.map { resources.number(ResourceNames.Origin(role: .playlist, target: $0.playbackPath)) }
    }

    /// Takes over what an engine's playlist says.
    /// - Returns: how many addresses were refused.
    func adopt(
        _ playlist: HLSPlaylist, as listing: Listing, _ number: UInt64, now: ContinuousClock.Instant
    ) throws(HLSFailure) -> Int {
        guard playlist.kind == .media || number == rootNumber else {
            throw HLSFailure(outcome: .malformedAnswer, message: "a playlist of playlists within another one")
        }
        var listed: Set<UInt64> = []
        let rewritten = playlist.rewritten { resource in
            guard let origin = origin(of: resource, namedBy: listing.origin.target) else { return nil }
            let number = resources.number(origin)
            listed.insert(number)
            return PlaylistTemplate.place(of: "\(number).\(Self.fileExtension(of: origin))")
        }
        guard rewritten.namedCount > 0 || rewritten.refusedCount == 0 else {
            throw HLSFailure(
                outcome: .malformedAnswer, message: "the engine's playlist names nothing but addresses elsewhere")
        }
        resources.note(listed, listedBy: number)
        let text = PlaylistTemplate(rewritten.text, session: id)
        let isNew = text != listing.text
        listing.text = text
        listing.isPlayable = rewritten.namedCount > 0 || playlist.isComplete
        listing.isComplete = playlist.isComplete || playlist.kind == .multivariant
        // A player asks again after half a target duration at the soonest (RFC 8216, section 6.3.4).
        listing.lifetime = min(.seconds(1), max(.milliseconds(250), .seconds(playlist.targetDuration ?? 1) / 4))
        listing.readAt = now
        if isNew { listing.changedAt = now }
        return isNew ? rewritten.refusedCount : 0
    }

    /// What a playlist names, if it is the session's engine's to deliver.
    private func origin(of resource: HLSPlaylist.Resource, namedBy base: String) -> ResourceNames.Origin? {
        guard let reference = URIReference(resource.reference, against: base), isOwn(reference.authority),
            !Self.closedPaths.contains(where: reference.target.hasPrefix)
        else { return nil }
        let origin = ResourceNames.Origin(role: resource.role, target: reference.target, range: resource.range)
        guard resource.role != .playlist || listings.count < Self.maximumPlaylists else { return nil }
        return origin
    }

    /// Whether an address in a playlist is the engine's: as the proxy knows it, or as it names itself. An engine in a
    /// container names addresses that only it can reach; whatever it names, only the engine itself is ever asked.
    private func isOwn(_ authority: URIReference.Authority?) -> Bool {
        guard let authority, let playback else { return true }
        let known = URIReference.Authority(host: playback.engine.host, port: playback.engine.port)
        let named = playback.namedAuthority.flatMap { URIReference.Authority($0) }
        let own = [known, named].compactMap(\.self)
        return own.contains(authority)
            || (Self.loopback.contains(authority.host) && own.contains { $0.port == authority.port })
    }

    private static let loopback: Set = ["127.0.0.1", "::1", "localhost"]

    private static let types = [
        "aac": "audio/aac", "ac3": "audio/ac3", "key": "application/octet-stream", "m4s": "video/mp4",
        "mp3": "audio/mpeg", "mp4": "video/mp4", "ts": "video/MP2T", "vtt": "text/vtt",
    ]

    /// Players tell by the name what a segment is.
    static func fileExtension(of origin: ResourceNames.Origin) -> String {
        switch origin.role {
        case .playlist: return "m3u8"
        case .key: return "key"
        case .segment, .initialization: break
        }
        let path = origin.target.prefix { $0 != "?" }
        let ending = path.split(separator: "/").last?.split(separator: ".").last.map { $0.lowercased() } ?? ""
        if ending != "key", types[ending] != nil { return ending }
        return origin.role == .initialization ? "mp4" : "ts"
    }

    static func contentType(of origin: ResourceNames.Origin) -> String {
        types[fileExtension(of: origin)] ?? "video/MP2T"
    }

    /// What the orchestrator is told; nil before the engine has answered.
    var report: StreamReport? {
        guard let playback, let grant else { return nil }
        return StreamReport(
            content: content, engine: grant.engine, containerID: grant.containerID, leaseID: grant.leaseID,
            playbackSessionID: playback.playbackSessionID, statURL: playback.statURL, commandURL: playback.commandURL,
            isLive: playback.isLive, trace: trace)
    }
}
