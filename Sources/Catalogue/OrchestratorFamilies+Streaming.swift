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

    static let streaming = [
        DescribedFamily(streamsActive), DescribedFamily(eventsStarted), DescribedFamily(eventsEnded),
        DescribedFamily(streamReports), DescribedFamily(streamsEnded), DescribedFamily(startEvents),
    ]
}
