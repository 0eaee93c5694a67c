public import Telemetry

/// The loops.
extension OrchestratorFamilies {
    public static let loopDuration = HistogramFamily<Label<ControlLoop>>(
        "orch_loop_duration_seconds", "Time one turn of a loop took.", upperBounds: Buckets.api, known: Label.all)
    public static let loopLastSuccess = GaugeFamily<Label<ControlLoop>>(
        "orch_loop_last_success_timestamp_seconds",
        "When a loop's turn last ended as it should, since the Unix epoch; 0 before the first.", known: Label.all)
    public static let loopFailures = CounterFamily<Label<ControlLoop>>(
        "orch_loop_failures_total", "Turns of a loop that did not reach their end.",
        known: [Label(.observe), Label(.maintenance)])
    public static let loopOverruns = CounterFamily<Label<ControlLoop>>(
        "orch_loop_overruns_total", "Turns of a loop that took longer than the pause between them.",
        known: Label.all)
    public static let reconcileDuration = HistogramFamily<NoLabels>(
        "orch_reconcile_duration_seconds",
        "Time to decide how many engines are wanted and to begin what that takes, whoever asked for it.",
        upperBounds: Buckets.turn)
    public static let collectErrors = CounterFamily<NoLabels>(
        "orch_collect_errors_total",
        "Failed attempts to learn the state of engines and streams: lists of the provider, checks of ready engines, "
            + "statistics of streams.")

    public static let configurationReloads = CounterFamily<Label<ConfigurationReloadResult>>(
        "orch_configuration_reloads_total", "Times the settings were read again, on SIGHUP.", known: Label.all)

    static let operation = [
        DescribedFamily(loopDuration), DescribedFamily(loopLastSuccess), DescribedFamily(loopFailures),
        DescribedFamily(loopOverruns), DescribedFamily(reconcileDuration), DescribedFamily(collectErrors),
        DescribedFamily(configurationReloads),
    ]
}
