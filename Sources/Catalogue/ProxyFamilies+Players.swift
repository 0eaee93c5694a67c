public import Telemetry

/// Requests and connections of players.
extension ProxyFamilies {
    public static let requests = CounterFamily<RouteLabels>(
        "weir_proxy_http_requests_total", "HTTP requests answered, by route template, method and status code.")
    public static let requestDuration = HistogramFamily<RouteDurationLabels>(
        "weir_proxy_http_request_duration_seconds",
        "Time from a request's head to the first byte of its answer, by route template and method.",
        upperBounds: Buckets.start)
    public static let connections = GaugeFamily<NoLabels>(
        "weir_proxy_http_connections",
        "Connections open in the HTTP server; that of a player being fed has left it.")
    public static let connectionsLimit = GaugeFamily<NoLabels>(
        "weir_proxy_http_connections_limit", "Connections held at most, those of players being fed included.")
    public static let connectionsRefused = CounterFamily<Label<RefusalReason>>(
        "weir_proxy_http_connections_refused_total", "Connections closed without serving their request, by reason.",
        known: Label.all)
    public static let limitRefusals = CounterFamily<Label<LimitReason>>(
        "weir_proxy_limit_refusals_total", "Requests refused because a limit was reached, by limit.", known: Label.all)
    public static let timeToFirstByte = HistogramFamily<Label<FirstByteKind>>(
        "weir_proxy_time_to_first_byte_seconds",
        "Time from a player's request to its first stream byte handed to the socket.",
        upperBounds: Buckets.start, known: Label.all)
    public static let playersWaiting = GaugeFamily<NoLabels>(
        "weir_proxy_players_waiting", "Players whose request waits for a stream's first byte.")
    public static let viewers = GaugeFamily<NoLabels>(
        "weir_proxy_viewers", "Players being fed now; those of HLS count in `weir_proxy_hls_viewers`.")
    public static let viewersEvicted = CounterFamily<Label<EvictionReason>>(
        "weir_proxy_viewers_evicted_total", "Players disconnected by the proxy, by reason.", known: Label.all)
    public static let viewerSkips = CounterFamily<NoLabels>(
        "weir_proxy_viewer_skips_total", "Times a slow player was moved forward because the ring had run past it.")
    public static let viewerDuration = HistogramFamily<NoLabels>(
        "weir_proxy_viewer_duration_seconds", "How long players were fed, for those that have left.",
        upperBounds: Buckets.watching)

    public static let accessLogDropped = CounterFamily<NoLabels>(
        "weir_proxy_access_log_dropped_total", "Lines of the access log that were dropped: its file took no more.")
    public static let managementRefusals = CounterFamily<Label<ManagementRefusal>>(
        "weir_proxy_management_refusals_total", "Requests to management routes that were refused, by reason.",
        known: Label.all)

    static let players = [
        DescribedFamily(requests), DescribedFamily(requestDuration), DescribedFamily(connections),
        DescribedFamily(connectionsLimit), DescribedFamily(connectionsRefused),
        DescribedFamily(limitRefusals), DescribedFamily(timeToFirstByte),
        DescribedFamily(playersWaiting), DescribedFamily(viewers), DescribedFamily(viewersEvicted),
        DescribedFamily(viewerSkips), DescribedFamily(viewerDuration),
        DescribedFamily(accessLogDropped), DescribedFamily(managementRefusals),
    ]
}
