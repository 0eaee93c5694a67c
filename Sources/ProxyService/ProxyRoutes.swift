import Catalogue
import EngineAPI
import NIOHTTP1
import Telemetry

/// Which of the proxy's pages a request means, and what it answers. Streams themselves are handled by the connection.
struct ProxyRoutes: Sendable {
    /// The closed set of routes, whose raw value is the `route` label.
    enum Route: String, CaseIterable {
        case getStream = "/ace/getstream"
        case edgeStream = "/ace/r/{content}/{session}"
        case edgeStatus = "/ace/stat/{content}/{session}"
        case edgeCommand = "/ace/cmd/{content}/{session}"
        case manifest = "/ace/manifest.m3u8"
        case cutStream = "/ace/hls/getstream.m3u8"
        case hlsResource = "/ace/hls/{session}/{name}"
        case status = "/ace/status"
        case health = "/health"
        case ready = "/health/ready"
        case streams = "/ace/streams"
        case session = "/ace/streams/{session}"
        case viewer = "/ace/streams/{session}/viewers/{viewer}"
        case metrics = "/metrics"
        case playlist = "/playlist.m3u"
        case channel = "/channels/{key}"
        case channelResource = "/channels/{key}/hls/{session}/{name}"
        case discover = "/discover.json"
        case lineup = "/lineup.json"
        case lineupXML = "/lineup.xml"
        case lineupStatus = "/lineup_status.json"
        case lineupScan = "/lineup.post"
        case device = "/device.xml"
        case other
    }

    /// Whether a route is served even to connections beyond a limit: what tells an operator about the limit.
    static func isAlwaysServed(_ route: Route) -> Bool {
        switch route {
        case .status, .health, .ready, .metrics, .streams, .session, .viewer: true
        default: false
        }
    }

    /// What the paths of HLS segments begin with.
    static let hlsPrefix = "/ace/hls"

    /// What this proxy calls itself to other ones, new with each start.
    let name: String
    let hub: StreamHub
    let readiness: Readiness
    let hls: HLSGateway
    /// Whether a request for a stream is answered with its playlist.
    let prefersPlaylists: Bool
    let orchestrator: OrchestratorLink
    let registry: Registry
    private var running: RunningSessions { RunningSessions(hub: hub, hls: hls) }
    /// nil without a channel file.
    let channels: ChannelPages?

    /// The route of a request target's path.
    static func route(path: some StringProtocol) -> Route {
        switch path {
        case "/ace/getstream", "/ace/getstream/": .getStream
        case "/ace/manifest.m3u8": .manifest
        case "/ace/hls/getstream.m3u8": .cutStream
        case _ where path.hasPrefix(hlsPrefix + "/"): .hlsResource
        case "/ace/status", "/ace/status/": .status
        case "/health": .health
        case "/health/ready": .ready
        case "/ace/streams", "/ace/streams/": .streams
        case _ where path.hasPrefix("/ace/streams/"): managed(path: path)
        case "/metrics", "/metrics/": .metrics
        case "/playlist.m3u", "/playlist.m3u8": .playlist
        case "/discover.json": .discover
        case "/lineup.json": .lineup
        case "/lineup.xml": .lineupXML
        case "/lineup_status.json": .lineupStatus
        case "/lineup.post": .lineupScan
        case "/device.xml": .device
        case _ where ResourceAddress.isChannelResource(path: path): .channelResource
        case _ where path.hasPrefix("/channels/"): .channel
        case _ where path.hasPrefix("/ace/r/"): .edgeStream
        case _ where path.hasPrefix("/ace/stat/"): .edgeStatus
        case _ where path.hasPrefix("/ace/cmd/"): .edgeCommand
        default: .other
        }
    }

    private static func managed(path: some StringProtocol) -> Route {
        let ids = StreamPages.ids(path: path)
        switch (path.split(separator: "/").count, ids.session, ids.viewer) {
        case (3, .some, _): return .session
        case (5, .some, .some): return .viewer
        default: return .other
        }
    }

    /// Whether a route is for operators alone: it shows addresses, or ends what runs.
    static func isManagement(_ route: Route) -> Bool {
        switch route {
        case .streams, .session, .viewer: true
        default: false
        }
    }

    /// The methods of a route besides what every page has; for the `Allow` field.
    static func allow(_ route: Route) -> String {
        switch route {
        case .session: "GET, HEAD, DELETE"
        case .viewer: "DELETE"
        case .lineupScan: "GET, HEAD, POST"
        default: "GET, HEAD"
        }
    }

    /// Splits a request target into path and query. Of an absolute form (`http://host/path`), which every server must
    /// take (RFC 9112, section 3.2.2), scheme and host are left out.
    static func split(target: String) -> (path: Substring, query: Substring) {
        var target = target[...]
        if !target.hasPrefix("/"), let scheme = target.firstRange(of: "://"), target[..<scheme.lowerBound].isScheme {
            target = target[scheme.upperBound...].drop { $0 != "/" && $0 != "?" }
            if !target.hasPrefix("/") { target = "/" + target }
        }
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        return (parts[0], parts.count > 1 ? parts[1] : "")
    }

    /// Answers every route but the stream itself and the metrics, which are sent in pieces.
    /// - Parameters:
    ///   - host: the request's Host.
    ///   - isOperator: whether the request may see viewers' addresses.
    func answer(_ route: Route, query: Substring, host: String?, isOperator: Bool) async -> Answer {
        switch route {
        case .status: await status(query: query, isOperator: isOperator)
        case .health: await health()
        case .ready: await readiness.answer()
        case .streams: await StreamPages(running: running).list(query: query)
        case .playlist, .discover, .lineup, .lineupXML, .lineupStatus, .lineupScan, .device:
            channels?.answer(route, query: query, host: host) ?? .notFound
        case .getStream, .manifest, .cutStream, .hlsResource, .channel, .channelResource, .edgeStream,
            .edgeStatus, .edgeCommand, .metrics, .session, .viewer, .other:
            .notFound
        }
    }

    /// Answers routes that name a session, and a viewer. The caller has made sure that the request may.
    func manage(_ route: Route, isDeletion: Bool, path: Substring, query: Substring) async -> Answer {
        let pages = StreamPages(running: running)
        let ids = StreamPages.ids(path: path)
        guard let session = ids.session else { return StreamPages.unknownSession }
        guard isDeletion else { return await pages.list(query: query, session: session) }
        guard let viewer = ids.viewer else { return await pages.stop(session: session) }
        return await pages.kick(viewer: viewer, of: session)
    }

    /// Without a content this is the health check of the proxy that this one replaces.
    private func status(query: Substring, isOperator: Bool) async -> Answer {
        guard let content = StreamRequest.content(named: query) else {
            let users = isOperator ? await StreamPages(running: running).users() : ""
            return .json(.ok, "{\"status\":\"ok\",\"streams\":\(await hub.overview().sessions)\(users)}")
        }
        let streamed = await hub.status(of: content)
        let listed = await hls.status(of: content)
        guard var status = streamed ?? listed else { return .text(.notFound, "Stream not found") }
        if streamed != nil, let listed { status.clients += listed.clients }
        return .json(
            .ok, "{\"clients\":\(status.clients),\"stream_id\":{},\"stat_url\":\(JSONText.quote(status.statURL))}")
    }

    private func health() async -> Answer {
        let overview = await hub.overview()
        let players = await hls.viewerCount
        let state = orchestrator.state
        return .json(
            .ok,
            """
            {"status":"\(state == .down ? "degraded" : "ok")","orchestrator":"\(state.rawValue)",\
            "fallback":\(state == .down),"sessions":\(overview.sessions),"viewers":\(overview.viewers + players),\
            "version":"\(BuildInfo.version)"}
            """)
    }
}

extension Substring {
    fileprivate var isScheme: Bool { ["http", "https"].contains(lowercased()) }
}
