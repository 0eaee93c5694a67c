public import Telemetry

/// Engines handed out to proxies.
extension OrchestratorFamilies {
    public static let leases = CounterFamily<Label<GrantOutcome>>(
        "orch_leases_total", "Requests of proxies for an engine, by outcome.", known: Label.all)
    public static let leasesActive = GaugeFamily<NoLabels>(
        "orch_leases_active", "Leases that have not become a stream yet.")
    /// `expired` comes after the wait, so it has no child here.
    public static let leaseWait = HistogramFamily<Label<GrantOutcome>>(
        "orch_lease_wait_duration_seconds", "Time a proxy's request waited for an engine, by outcome.",
        upperBounds: Buckets.start,
        known: [Label(.granted), Label(.grantedAfterWait), Label(.unavailable), Label(.cancelled)])
    public static let leasesWaiting = GaugeFamily<NoLabels>(
        "orch_leases_waiting", "Requests of proxies that wait for an engine.")
    public static let leasesEnded = CounterFamily<Label<LeaseEndReason>>(
        "orch_leases_ended_total", "Leases that ended, by how.", known: Label.all)

    static let leasing = [
        DescribedFamily(leases), DescribedFamily(leasesActive), DescribedFamily(leaseWait),
        DescribedFamily(leasesWaiting), DescribedFamily(leasesEnded),
    ]
}
