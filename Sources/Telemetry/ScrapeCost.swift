/// What scrapes cost the process, and what the families refused.
public struct ScrapeCost: Sendable {
    private struct FamilyLabel: LabelSet {
        static var labelNames: [String] { ["family"] }
        var labelValues: [String] { [family] }
        let family: String
    }

    static let duration = HistogramFamily<Label<ExpositionFormat>>(
        "telemetry_scrape_duration_seconds", "Time to write an exposition, by format.",
        upperBounds: [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1],
        known: Label.all)
    static let bytes = CounterFamily<Label<ExpositionFormat>>(
        "telemetry_scrape_bytes_total", "Bytes of expositions, compressed where they were, by format.",
        known: Label.all)
    static let series = GaugeFamily<NoLabels>("telemetry_series", "Series in the last exposition.")

    private let durations: HistogramVector<Label<ExpositionFormat>>
    private let bytes: CounterVector<Label<ExpositionFormat>>
    private let series: Gauge

    /// Adds the families to a registry and keeps them up to date.
    @discardableResult
    public init(registry: Registry) {
        durations = HistogramVector(
            children: registry.register(
                Self.duration.family, known: Self.duration.known, kind: HistogramInstrument(Self.duration),
                isOwn: true))
        bytes = CounterVector(
            children: registry.register(
                Self.bytes.family, known: Self.bytes.known, kind: CounterInstrument(isShared: false), isOwn: true))
        let seriesChildren = registry.register(
            Self.series.family, known: [NoLabels](), kind: GaugeInstrument(), isOwn: true)
        series = Gauge(block: seriesChildren[NoLabels()])
        registry.keep(self)
        let dropped = registry.ownObservedCounter(
            CounterFamily<FamilyLabel>(
                "telemetry_series_dropped_total",
                "Look-ups of children beyond a family's limit, which its overflow child counts instead."))
        let truncated = registry.ownObservedCounter(
            CounterFamily<FamilyLabel>(
                "telemetry_label_values_truncated_total", "Label values that were longer than allowed and cut."))
        let nonFinite = registry.ownObservedCounter(
            CounterFamily<FamilyLabel>(
                "telemetry_observations_not_finite_total", "Observations that are no number; they are in no sum."))
        registry.onCollect { [weak registry] in
            for losses in registry?.losses ?? [] {
                let label = FamilyLabel(family: losses.family.name)
                if losses.isOpen {
                    dropped[label].set(losses.droppedSeries)
                    truncated[label].set(losses.truncatedLabelValues)
                }
                if losses.family.kind == .histogram { nonFinite[label].set(losses.nonFinite) }
            }
        }
    }

    func record(_ format: ExpositionFormat, _ byteCount: Int, seriesCount: Int, duration: Duration) {
        durations.observe(duration, Label(format))
        bytes.increment(Label(format), by: byteCount)
        series.set(seriesCount)
    }
}
