public import Telemetry

/// Sessions, rings and the bytes that pass through them.
extension ProxyFamilies {
    public static let streamStarts = CounterFamily<Label<StartOutcome>>(
        "weir_proxy_stream_starts_total", "Engine sessions asked for, by how the start ended.", known: Label.all)
    public static let streamStartDuration = HistogramFamily<Label<StartOutcome>>(
        "weir_proxy_stream_start_duration_seconds",
        "Time from the first player's request to the engine's first byte or to the failure, by outcome.",
        upperBounds: Buckets.start, known: Label.all)
    public static let recentFailuresAnswered = CounterFamily<Label<StartOutcome>>(
        "weir_proxy_recent_failures_answered_total",
        "Requests answered at once with the failure of an earlier start of the same content, by its outcome.",
        known: [Label(.deadContent), Label(.timeout)])
    public static let sessions = GaugeFamily<NoLabels>("weir_proxy_sessions", "Engine sessions open now.")
    public static let sessionsStarting = GaugeFamily<NoLabels>(
        "weir_proxy_sessions_starting", "Engine sessions whose first byte has not come.")
    public static let sessionsStalled = GaugeFamily<NoLabels>(
        "weir_proxy_sessions_stalled", "Engine sessions that play and have received nothing for a second.")
    public static let sessionsEnded = CounterFamily<Label<SessionEndReason>>(
        "weir_proxy_sessions_ended_total", "Engine sessions that delivered and then ended, by reason.",
        known: Label.all)
    public static let upstreamStalls = CounterFamily<NoLabels>(
        "weir_proxy_upstream_stalls_total", "Times an engine that had delivered sent nothing for a second.")
    public static let upstreamStallSeconds = CounterFamily<NoLabels>(
        "weir_proxy_upstream_stall_seconds_total",
        "Time for which engines that had delivered sent nothing; silences of less than a second do not count.")
    public static let failovers = CounterFamily<Labels2<FailoverReason, FailoverOutcome>>(
        "weir_proxy_failovers_total",
        "Searches of running sessions for another engine, by why they began and how they ended.", known: Labels2.all)
    public static let failoverDuration = HistogramFamily<Label<FailoverOutcome>>(
        "weir_proxy_failover_duration_seconds",
        "Time from the old engine's last byte to the end of the search, by outcome: for `ok` the gap viewers saw.",
        upperBounds: Buckets.start, known: Label.all)
    public static let receivedBytes = CounterFamily<NoLabels>(
        "weir_proxy_received_bytes_total", "Stream bytes received from engines.")
    public static let discardedBytes = CounterFamily<NoLabels>(
        "weir_proxy_discarded_bytes_total", "Received bytes that belonged to no packet and were left out.")
    public static let nullBytes = CounterFamily<NoLabels>(
        "weir_proxy_null_bytes_dropped_total", "Bytes of null packets that were left out of streams, as asked for.")
    public static let sentBytes = CounterFamily<NoLabels>(
        "weir_proxy_sent_bytes_total", "Stream bytes sent to players, framing included.")
    public static let ringBytes = GaugeFamily<NoLabels>(
        "weir_proxy_ring_bytes", "Memory mapped for the rings of all open sessions.")
    public static let ringUsedBytes = GaugeFamily<NoLabels>(
        "weir_proxy_ring_used_bytes", "Stream bytes that the rings of all open sessions hold.")
    public static let viewerLag = GaugeFamily<NoLabels>(
        "weir_proxy_viewer_lag_bytes", "Received bytes that have not been handed to a player's socket, all players.")
    public static let viewerLagMaximum = GaugeFamily<NoLabels>(
        "weir_proxy_viewer_lag_max_bytes", "The same for the player that is furthest behind.")
    public static let viewersBlocked = GaugeFamily<NoLabels>(
        "weir_proxy_viewers_blocked", "Players whose socket takes no more for now.")
    public static let threadRoundDuration = HistogramFamily<NoLabels>(
        "weir_proxy_stream_thread_round_duration_seconds",
        "Time the stream thread worked between two waits: its sum is the busy time, a long round makes all wait.",
        upperBounds: Buckets.turn)

    static let streaming = [
        DescribedFamily(streamStarts), DescribedFamily(streamStartDuration),
        DescribedFamily(recentFailuresAnswered), DescribedFamily(sessions),
        DescribedFamily(sessionsStarting), DescribedFamily(sessionsStalled), DescribedFamily(sessionsEnded),
        DescribedFamily(upstreamStalls), DescribedFamily(upstreamStallSeconds), DescribedFamily(failovers),
        DescribedFamily(failoverDuration), DescribedFamily(receivedBytes),
        DescribedFamily(discardedBytes), DescribedFamily(nullBytes), DescribedFamily(sentBytes),
        DescribedFamily(ringBytes),
        DescribedFamily(ringUsedBytes), DescribedFamily(viewerLag), DescribedFamily(viewerLagMaximum),
        DescribedFamily(viewersBlocked), DescribedFamily(threadRoundDuration),
    ]
}
