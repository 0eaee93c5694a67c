import Testing

/// The whole appliance on real input, one run for all tests here. Each test starts from an appliance at rest.
@Suite(
    .serialized, .timeLimit(.minutes(4)), .appliance(["ENGINE_GRACE_PERIOD_S": "5", "AUTOSCALE_INTERVAL_S": "1"])
)
struct RunningApplianceTests {}
