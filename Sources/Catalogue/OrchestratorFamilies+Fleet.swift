public import Telemetry

/// Engines and their health.
extension OrchestratorFamilies {
    public static let engines = GaugeFamily<Label<HealthStatus>>(
        "orch_engines", "Engines that exist, by health.", known: Label.all)
    public static let enginesFree = GaugeFamily<NoLabels>(
        "orch_engines_free", "Ready engines that carry neither a stream nor a lease.")
    public static let enginesUsed = GaugeFamily<NoLabels>(
        "orch_engines_used", "Engines that carry a stream or a lease.")
    public static let enginesDraining = GaugeFamily<NoLabels>(
        "orch_engines_draining", "Engines chosen for removal that still exist.")
    public static let enginesLimit = GaugeFamily<NoLabels>(
        "orch_engines_limit", "Engines that may exist at most (MAX_REPLICAS).")
    public static let enginesAdded = CounterFamily<Label<EngineOrigin>>(
        "orch_engines_added_total", "Engines that joined the fleet, by where they came from.", known: Label.all)
    public static let enginesRemoved = CounterFamily<Label<EngineRemovalReason>>(
        "orch_engines_removed_total", "Engines that left the fleet, by reason.", known: Label.all)
    public static let slots = GaugeFamily<NoLabels>(
        "orch_stream_slots", "Streams that the healthy engines can carry.")
    public static let slotsUsed = GaugeFamily<NoLabels>(
        "orch_stream_slots_used", "Slots that a stream or a lease holds.")
    public static let healthChecks = CounterFamily<Label<HealthCheckResult>>(
        "orch_health_checks_total", "Health checks of engines, by result.", known: Label.all)
    public static let healthCheckDuration = HistogramFamily<Label<HealthCheckResult>>(
        "orch_health_check_duration_seconds", "Time a health check took, by result.", upperBounds: Buckets.api,
        known: Label.all)
    public static let engineHealthScore = GaugeFamily<EngineLabels>(
        "orch_engine_health_score", "How suitable the engine is for the next stream; an idle healthy one has 100.")
    public static let engineUp = GaugeFamily<EngineLabels>(
        "orch_engine_up", "1 while the engine's health checks succeed.")
    public static let engineStreams = GaugeFamily<EngineLabels>("orch_engine_streams", "Streams on the engine.")
    public static let engineLeases = GaugeFamily<EngineLabels>(
        "orch_engine_leases", "Slots of the engine held for streams about to start.")
    public static let engineFailedChecks = GaugeFamily<EngineLabels>(
        "orch_engine_failed_health_checks", "Health checks of the engine that failed in a row.")
    public static let engineEjected = GaugeFamily<EngineLabels>(
        "orch_engine_ejected", "1 while the engine gets no streams because starts on it kept failing.")
    public static let engineEjections = CounterFamily<NoLabels>(
        "orch_engine_ejections_total", "Times that an engine got no streams for a while because starts on it failed.")
    public static let engineFirstSeen = GaugeFamily<EngineLabels>(
        "orch_engine_first_seen_timestamp_seconds", "When the engine joined the fleet, since the Unix epoch.")

    static let fleet = [
        DescribedFamily(engines), DescribedFamily(enginesFree), DescribedFamily(enginesUsed),
        DescribedFamily(enginesDraining), DescribedFamily(enginesLimit), DescribedFamily(enginesAdded),
        DescribedFamily(enginesRemoved), DescribedFamily(slots), DescribedFamily(slotsUsed),
        DescribedFamily(healthChecks), DescribedFamily(healthCheckDuration), DescribedFamily(engineHealthScore),
        DescribedFamily(engineUp), DescribedFamily(engineStreams), DescribedFamily(engineLeases),
        DescribedFamily(engineFailedChecks), DescribedFamily(engineFirstSeen),
        DescribedFamily(engineEjected), DescribedFamily(engineEjections),
    ]
}
