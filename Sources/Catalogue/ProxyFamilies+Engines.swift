public import Telemetry

/// The hop from proxy to engine.
extension ProxyFamilies {
    public static let engineCalls = CounterFamily<Labels2<EngineOperation, EngineCallOutcome>>(
        "weir_proxy_engine_calls_total", "Calls to engines, by operation and outcome.",
        known: Labels2.each(.start, [.ok, .deadContent, .refused, .timeout, .connection, .malformedAnswer])
            + Labels2.each(.play, [.ok, .timeout, .connection, .malformedAnswer, .cancelled])
            + Labels2.each(.stop, [.ok, .refused, .timeout, .connection, .malformedAnswer]))
    public static let engineCallDuration = HistogramFamily<Label<EngineOperation>>(
        "weir_proxy_engine_call_duration_seconds", "Time until an engine answered or the call failed, by operation.",
        upperBounds: Buckets.start, known: Label.all)
    public static let engineCallsInFlight = GaugeFamily<NoLabels>(
        "weir_proxy_engine_calls_in_flight",
        "Starts that an engine has not answered, and stops and leases on their way back.")

    static let engines = [
        DescribedFamily(engineCalls), DescribedFamily(engineCallDuration), DescribedFamily(engineCallsInFlight),
    ]
}
