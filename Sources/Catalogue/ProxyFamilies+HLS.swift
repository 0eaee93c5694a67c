public import Telemetry

/// HLS: playlists and segments for players.
extension ProxyFamilies {
    public static let hlsSessions = GaugeFamily<Label<HLSSource>>(
        "weir_proxy_hls_sessions", "HLS sessions open now, by where their segments come from.", known: Label.all)
    public static let hlsViewers = GaugeFamily<Label<HLSSource>>(
        "weir_proxy_hls_viewers",
        "Players (address and user agent) that asked for a playlist or segment within the session timeout.",
        known: Label.all)
    public static let hlsPlaylists = CounterFamily<Label<HLSSource>>(
        "weir_proxy_hls_playlists_total", "Playlists sent to players.", known: Label.all)
    public static let hlsSegments = CounterFamily<Label<HLSSource>>(
        "weir_proxy_hls_segments_total", "Segments, keys and initialization sections sent to players.",
        known: Label.all)
    public static let hlsSentBytes = CounterFamily<Label<HLSSource>>(
        "weir_proxy_hls_sent_bytes_total", "Bytes of segments handed to players' connections.", known: Label.all)
    public static let hlsCacheRequests = CounterFamily<Label<HLSCacheResult>>(
        "weir_proxy_hls_cache_requests_total", "Segments of engines asked for by players, by where they came from.",
        known: Label.all)
    public static let hlsCacheBytes = GaugeFamily<NoLabels>(
        "weir_proxy_hls_cache_bytes", "Bytes of engines' segments in the cache.")
    public static let hlsCacheLimit = GaugeFamily<NoLabels>(
        "weir_proxy_hls_cache_limit_bytes", "Bytes that the cache holds at most.")
    public static let hlsCacheEvictions = CounterFamily<NoLabels>(
        "weir_proxy_hls_cache_evictions_total", "Segments that left the cache because it was full.")
    public static let hlsWindowBytes = GaugeFamily<NoLabels>(
        "weir_proxy_hls_window_bytes", "Bytes of segments cut from transport streams that are kept for players.")
    public static let hlsFetches = CounterFamily<Labels2<HLSResource, HLSFetchOutcome>>(
        "weir_proxy_hls_fetches_total", "Playlists and segments fetched from engines, by outcome.",
        known: Labels2.all)
    public static let hlsFetchDuration = HistogramFamily<Label<HLSResource>>(
        "weir_proxy_hls_fetch_duration_seconds", "Time until a playlist or segment had come from its engine whole.",
        upperBounds: Buckets.start, known: Label.all)
    public static let hlsRefusedURLs = CounterFamily<NoLabels>(
        "weir_proxy_hls_refused_urls_total",
        "Addresses in engines' playlists that were not taken over because they are not the session's own engine's.")
    public static let hlsRefusals = CounterFamily<Label<HLSRefusal>>(
        "weir_proxy_hls_refusals_total",
        "Requests for playlists and segments by players that an operator has sent away, by reason.", known: Label.all)
    public static let hlsCuts = CounterFamily<Label<HLSCutReason>>(
        "weir_proxy_hls_segments_cut_total", "Segments cut from transport streams, by why they end.",
        known: Label.all)

    static let hls = [
        DescribedFamily(hlsSessions), DescribedFamily(hlsViewers), DescribedFamily(hlsPlaylists),
        DescribedFamily(hlsSegments), DescribedFamily(hlsSentBytes), DescribedFamily(hlsCacheRequests),
        DescribedFamily(hlsCacheBytes), DescribedFamily(hlsCacheLimit), DescribedFamily(hlsCacheEvictions),
        DescribedFamily(hlsWindowBytes), DescribedFamily(hlsFetches), DescribedFamily(hlsFetchDuration),
        DescribedFamily(hlsRefusedURLs), DescribedFamily(hlsRefusals), DescribedFamily(hlsCuts),
    ]
}
