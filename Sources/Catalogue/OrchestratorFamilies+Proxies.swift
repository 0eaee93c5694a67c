public import Telemetry

/// Proxies that name themselves.
extension OrchestratorFamilies {
    public static let proxies = GaugeFamily<NoLabels>(
        "orch_proxies", "Proxies heard from lately; those that do not name themselves are not counted.")
    public static let unreportedSessions = GaugeFamily<NoLabels>(
        "orch_unreported_sessions",
        "Engine sessions that proxies have opened and not reported as streams: their first byte has not come.")
    public static let proxiesLost = CounterFamily<NoLabels>(
        "orch_proxies_lost_total", "Proxies that fell silent while they held a stream or a lease.")
    public static let sessionStops = CounterFamily<Label<SessionStopResult>>(
        "orch_engine_session_stops_total", "Engine sessions left behind by lost proxies, by what became of them.",
        known: Label.all)

    public static let engineFeedFollowers = GaugeFamily<NoLabels>(
        "orch_engine_feed_followers", "Connections that follow the engine table.")
    public static let engineFeedChanges = CounterFamily<NoLabels>(
        "orch_engine_feed_changes_total", "Changes of the engine table told to those who follow it.")

    static let proxying = [
        DescribedFamily(proxies), DescribedFamily(unreportedSessions), DescribedFamily(proxiesLost),
        DescribedFamily(sessionStops), DescribedFamily(engineFeedFollowers), DescribedFamily(engineFeedChanges),
    ]
}
