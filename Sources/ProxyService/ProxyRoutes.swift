import Catalogue
import EngineAPI
import NIOHTTP1
import Telemetry

/// Which of the proxy's pages a request means, and what it answers. Streams themselves are handled by the connection.
struct ProxyRoutes: Sendable {
    /// The closed set of routes, whose raw value is the `route` label.
    enum Route: String, CaseIterable {
        case getStream = "/ace/getstream"
        case status = "/ace/status"
        case health = "/health"
        case metrics = "/metrics"
        case playlist = "/playlist.m3u"
        case channel = "/channels/{key}"
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
        case .status, .health, .metrics: true
        default: false
        }
    }

    let hub: StreamHub
    let orchestrator: OrchestratorLink
    let registry: Registry
    /// nil without a channel file.
    let channels: ChannelPages?

    /// The route of a request target's path.
    static func route(path: some StringProtocol) -> Route {
        switch path {
        case "/ace/getstream", "/ace/getstream/": .getStream
        case "/ace/status", "/ace/status/": .status
        case "/health": .health
        case "/metrics", "/metrics/": .metrics
        case "/playlist.m3u", "/playlist.m3u8": .playlist
        case "/discover.json": .discover
        case "/lineup.json": .lineup
        case "/lineup.xml": .lineupXML
        case "/lineup_status.json": .lineupStatus
        case "/lineup.post": .lineupScan
        case "/device.xml": .device
        case _ where path.hasPrefix("/channels/"): .channel
        default: .other
        }
    }

    /// Splits a request target into path and query.
    static func split(target: String) -> (path: Substring, query: Substring) {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        return (parts[0], parts.count > 1 ? parts[1] : "")
    }

    /// Answers every route but the stream itself and the metrics, which are sent in pieces.
    /// - Parameter host: the request's Host.
    func answer(_ route: Route, query: Substring, host: String?) async -> Answer {
        switch route {
        case .status: await status(query: query)
        case .health: await health()
        case .playlist, .discover, .lineup, .lineupXML, .lineupStatus, .lineupScan, .device:
            channels?.answer(route, query: query, host: host) ?? .notFound
        case .getStream, .channel, .metrics, .other: .notFound
        }
    }

    /// Without a content this is the health check of the proxy that this one replaces.
    private func status(query: Substring) async -> Answer {
        guard let content = StreamRequest.content(named: query) else {
            return .json(.ok, "{\"status\":\"ok\",\"streams\":\(await hub.overview().sessions)}")
        }
        guard let status = await hub.status(of: content) else { return .text(.notFound, "Stream not found") }
        return .json(
            .ok, "{\"clients\":\(status.clients),\"stream_id\":{},\"stat_url\":\(JSONText.quote(status.statURL))}")
    }

    private func health() async -> Answer {
        let overview = await hub.overview()
        let state = orchestrator.state
        return .json(
            .ok,
            """
            {"status":"\(state == .down ? "degraded" : "ok")","orchestrator":"\(state.rawValue)",\
            "fallback":\(state == .down),"sessions":\(overview.sessions),"viewers":\(overview.viewers),\
            "version":"\(BuildInfo.version)"}
            """)
    }
}
