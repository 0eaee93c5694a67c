public import Telemetry

/// Streams as the proxies report them.
extension OrchestratorFamilies {
    public static let streamsActive = GaugeFamily<NoLabels>(
        "orch_streams_active", "Streams that have started and not ended.")
    public static let eventsStarted = CounterFamily<NoLabels>(
        "orch_events_started_total", "stream_started events that began a stream.")
    public static let eventsEnded = CounterFamily<NoLabels>(
        "orch_events_ended_total", "stream_ended events that ended a stream.")
    public static let streamReports = CounterFamily<Labels2<StreamEvent, ReportResult>>(
        "orch_stream_reports_total", "Reports received from proxies, by event and by what they changed.",
        known: Labels2.all)
    public static let streamsEnded = CounterFamily<Label<StreamEndReason>>(
        "orch_streams_ended_total", "Streams that ended, by reason.", known: Label.all)
    public static let startEvents = CounterFamily<Label<StartOutcome>>(
        "orch_start_events_total", "Stream starts reported by proxies, by outcome.", known: Label.all)
    public static let collections = CounterFamily<Label<CollectResult>>(
        "orch_stream_collections_total", "Questions for the statistics of a stream, by how they ended.",
        known: Label.all)
    public static let streamPeers = GaugeFamily<NoLabels>(
        "orch_stream_peers", "Peers of all running streams, as their engines count them.")
    public static let streamDownloadRate = GaugeFamily<NoLabels>(
        "orch_stream_download_bytes_per_second", "What the engines download for all running streams.")
    public static let streamUploadRate = GaugeFamily<NoLabels>(
        "orch_stream_upload_bytes_per_second", "What the engines upload for all running streams.")
    public static let streamDownloaded = CounterFamily<NoLabels>(
        "orch_stream_downloaded_bytes_total", "What the engines have downloaded for streams.")
    public static let streamUploaded = CounterFamily<NoLabels>(
        "orch_stream_uploaded_bytes_total", "What the engines have uploaded for streams.")
    public static let staleStreams = CounterFamily<NoLabels>(
        "orch_stale_streams_detected_total", "Streams ended because their engine did not know the session any more.")
    public static let loopsDetected = CounterFamily<NoLabels>(
        "orch_stream_loops_detected_total", "Live streams found to go on no more.")
    public static let loopingContents = GaugeFamily<NoLabels>(
        "orch_looping_contents", "Contents listed as looping.")

    static let streaming = [
        DescribedFamily(streamsActive), DescribedFamily(eventsStarted), DescribedFamily(eventsEnded),
        DescribedFamily(streamReports), DescribedFamily(streamsEnded), DescribedFamily(startEvents),
        DescribedFamily(collections), DescribedFamily(streamPeers), DescribedFamily(streamDownloadRate),
        DescribedFamily(streamUploadRate), DescribedFamily(streamDownloaded), DescribedFamily(streamUploaded),
        DescribedFamily(staleStreams), DescribedFamily(loopsDetected), DescribedFamily(loopingContents),
    ]
}
