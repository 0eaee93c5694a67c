public import Telemetry

/// The autoscaler: what it decides, and every number it decides from.
extension OrchestratorFamilies {
    public static let enginesDesired = GaugeFamily<NoLabels>(
        "orch_engines_desired", "Engines that the autoscaler wants.")
    public static let scalingDecisions = CounterFamily<Labels2<ScalingDirection, ScalingReason>>(
        "orch_scaling_decisions_total",
        "Decisions of the autoscaler that were recorded, by direction and by what they rest on.",
        known: [Labels2(.down, .surplus), Labels2(.hold, .steady)]
            + [ScalingReason.waiting, .floor, .errorBudget, .demand, .minimum].map { Labels2(.up, $0) })
    public static let scalingStartRate = GaugeFamily<NoLabels>(
        "orch_scaling_start_rate", "Stream starts for each second, as the autoscaler forecasts them.")
    public static let scalingDispersion = GaugeFamily<NoLabels>(
        "orch_scaling_dispersion", "Variance of the starts over their mean; 1 for independent ones.")
    public static let scalingLeadTime = GaugeFamily<NoLabels>(
        "orch_scaling_lead_time_seconds", "Upper quantile of the time it takes to provision an engine.")
    public static let scalingQuantile = GaugeFamily<NoLabels>(
        "orch_scaling_target_ratio", "Probability with which the free engines are to suffice.")
    public static let scalingFreeTarget = GaugeFamily<NoLabels>(
        "orch_scaling_free_target", "Free engines that the autoscaler wants.")
    public static let scalingWaiting = GaugeFamily<NoLabels>(
        "orch_scaling_waiting", "Requests that waited for an engine when the autoscaler last decided.")
    public static let scalingBurnRate = GaugeFamily<NoLabels>(
        "orch_scaling_burn_rate", "Burn rate of the stream starts' error budget over 5 minutes; 1 is sustainable.")
    public static let scalingFloor = GaugeFamily<NoLabels>(
        "orch_scaling_floor", "Engines in total that an operator asked for; 0 when none did.")

    static let scaling = [
        DescribedFamily(enginesDesired), DescribedFamily(scalingDecisions), DescribedFamily(scalingStartRate),
        DescribedFamily(scalingDispersion), DescribedFamily(scalingLeadTime), DescribedFamily(scalingQuantile),
        DescribedFamily(scalingFreeTarget), DescribedFamily(scalingWaiting), DescribedFamily(scalingBurnRate),
        DescribedFamily(scalingFloor),
    ]
}
