/// What a remote write sender says about itself.
public enum RemoteWriteFamilies {
    public enum Place: String, LabelValue {
        case memory
        case spool

        public static let labelName = "place"
    }

    public static let sent = CounterFamily<NoLabels>(
        "telemetry_remote_write_samples_sent_total", "Samples and histograms that the receiver has accepted.")
    public static let retried = CounterFamily<NoLabels>(
        "telemetry_remote_write_samples_retried_total",
        "Samples and histograms of requests that failed and were kept to be sent again, counted at each failure.")
    public static let dropped = CounterFamily<Label<RemoteWriteDropReason>>(
        "telemetry_remote_write_samples_dropped_total",
        "Samples and histograms that will never be sent, by reason.", known: Label.all)
    public static let queueLength = GaugeFamily<Label<Place>>(
        "telemetry_remote_write_queue_requests", "Requests that wait to be sent.", known: Label.all)
    public static let queueBytes = GaugeFamily<Label<Place>>(
        "telemetry_remote_write_queue_bytes", "Size of the requests that wait to be sent.", known: Label.all)
    public static let lastSuccess = GaugeFamily<NoLabels>(
        "telemetry_remote_write_last_success_timestamp_seconds",
        "When the receiver last accepted a request, 0 before the first time.")

    /// All of them.
    public static let all = [
        sent.family, retried.family, dropped.family, queueLength.family, queueBytes.family, lastSuccess.family,
    ]
}
